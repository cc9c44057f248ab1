"""The bytes of attachments and pictures."""

import hashlib
from datetime import datetime

from app.outbox.tables import StoredFile


async def keep(content: bytes, media_type: str, now: datetime) -> str:
    """Store a file once per content; its SHA-256, by which attachments name it."""
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(hash=digest, media_type=media_type, content=content, size=len(content), created_at=now)
    await StoredFile.insert(row).on_conflict(action="DO NOTHING").returning(StoredFile.id)
    return digest
