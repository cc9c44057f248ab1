async def test_walk(desk, rig):
    import time
    t=time.time()
    assert (await desk.press_sync_now("first")).is_good
    t1=time.time()
    pages = await desk.walk()
    t2=time.time()
    for k,v in pages.items(): print(k, len(v), v[:110])
    links = await desk.follow_every_link()
    t3=time.time()
    print(sorted(links))
    print(t1-t, t2-t1, t3-t2, len(links), len(pages))
    assert await desk.ours()==desk.theirs()
    assert 0
