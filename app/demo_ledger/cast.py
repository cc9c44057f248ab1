"""The sixty customers whom everyone meets first, written by hand; one line each.

name | first | last | mailbox | town, postcode | habit | size | currency | oddities
"""

CAST = """\
Harrow & Finch Architects LLP|Priya|Raman|accounts@harrowfinch.example|London, EC1R 4QT|late|L|GBP|persons po
Blackthorn Brewing Company Ltd|Tom|Ashdown|tom@blackthornbrewing.example|Bristol, BS1 6XN|steady|M|GBP|
St Werburgh's City Farm Trust|Eleanor|Pike|finance@stwcityfarm.example|Bristol, BS2 9YJ|prompt|S|GBP|
Müller & Söhne GmbH|Jürgen|Müller|rechnung@mueller-soehne.example|Hamburg, 20457|prompt|L|EUR|persons
Castellan Property Partners LLP|Marcus|Oyelaran|payables@castellan.example|Manchester, M3 3HF|slow|L|GBP|persons po
Tidewater Marine Surveys Ltd|Hannah|Trevose|hannah@tidewatersurveys.example|Falmouth, TR11 3QX|late|M|GBP|
Brightwell Dental Practice|Aisha|Khan|reception@brightwelldental.example|Bath, BA1 2LR|steady|S|GBP|
O'Sullivan Freight Ltd|Ciarán|O'Sullivan|ap@osullivanfreight.example|Cardiff, CF10 4PL|stuck|M|GBP|persons
Kestrel Outdoor Ltd|James|Whitlock|accounts@kestreloutdoor.example|Sheffield, S3 8GG|late|M|GBP|po
Northmoor Parish Council|Margaret|Dunn|clerk@northmoor-pc.example|Taunton, TA3 6RT|steady|S|GBP|po
Luminara Theatre Company CIC|Zoë|Bennett|zoe@luminaratheatre.example|Bristol, BS8 1HB|slow|S|GBP|
Pembroke Veterinary Group Ltd|Alistair|Crane|finance@pembrokevets.example|Swansea, SA1 3SN|prompt|M|GBP|
Grove Lane Primary School|Ruth|Adeyemi|office@grovelane.example|Gloucester, GL1 2NE|steady|S|GBP|po
Ravensbourne Analytics Ltd|Dmitri|Kuznetsov|invoices@ravensbourne.example|London, SE10 0EW|late|L|GBP|po
Atelier Fournier SARL|Éloïse|Fournier|compta@atelier-fournier.example|Lyon, 69002|late|M|EUR|
Copper Kettle Coffee Roasters Ltd|Sam|Priddy|sam@copperkettle.example|Bristol, BS3 1JN|late|S|GBP|
Wessex Timber Frame Ltd|Gareth|Bowen|gareth@wessextimber.example|Wells, BA5 2PD|stuck|L|GBP|
The Old Customs House Hotel & Restaurant (Weston-super-Mare Seafront) Limited|Bethany|Lockyer-Farrington|accounts.payable@oldcustomshouse.example|Weston-super-Mare, BS23 1AL|late|M|GBP|
Halcyon Yoga Studio||Marsh|hello@halcyonyoga.example|Frome, BA11 1BH|steady|S|GBP|nofirst
Fairweather Insurance Brokers Ltd|Nigel|Fairweather|nigel@fairweatherbrokers.example|Exeter, EX1 1QT|prompt|M|GBP|
Quantock Cider Makers Ltd|Poppy|Sealey|poppy@quantockcider.example|Bridgwater, TA5 1HW|late|S|GBP|
Meridian Data Systems Inc.|Carla|Jimenez|ap@meridiandata.example|Austin, 78701|steady|L|USD|persons po
Sparrowhawk Films Ltd|Oliver|Nash|accounts@sparrowhawkfilms.example|London, W1F 9TD|slow|M|GBP|po
Ironbridge Cycles|Dean|Foxall|dean@ironbridgecycles.example|Telford, TF8 7JP|late|S|GBP|
Clifton Gardens Residents Association|Dorothy|Hale||Bristol, BS8 4JG|slow|S|GBP|noemail
Severnside Plumbing & Heating Ltd|Lee|Coombes|lee@severnsideheating.example|Bristol, BS11 9FP|late|S|GBP|
Winterbourne Legal LLP|Amara|Nwosu|ledger@winterbournelegal.example|Birmingham, B3 2DJ|prompt|L|GBP|persons
Tamar Valley Cheese Co Ltd|Jenna|Penrose|jenna@tamarcheese.example|Launceston, PL15 8AT|steady|S|GBP|
Redcliffe Quarter Developments Ltd|Stuart|Abbott|invoices@redcliffequarter.example|Bristol, BS1 6LT|stuck|L|GBP|po
Bluebell Nursery and Preschool|Chloë|Grant|chloe@bluebellnursery.example|Chippenham, SN15 3WT|steady|S|GBP|
Łukasz Kowalski Fotografia|Łukasz|Kowalski|lukasz@kowalskifoto.example|Kraków, 31-042|late|S|EUR|
Harbourside Physiotherapy Ltd|Megan|Rhys|accounts@harboursidephysio.example|Bristol, BS1 5DB|prompt|S|GBP|
Albion Street Studios Ltd|Femi|Balogun|studio@albionstreet.example|Leeds, LS1 6AG|late|M|GBP|
Dorset Coast Holidays Ltd|Sarah|Legg|bookings@dorsetcoast.example|Swanage, BH19 2LN|slow|M|GBP|
Gwen Hartley|Gwen|Hartley|gwen.hartley@post.example|Stroud, GL5 3AB|late|S|GBP|individual
Avonmouth Recycling Services Ltd|Kelvin|Stubbs|purchase.ledger@avonmouthrecycling.example|Bristol, BS11 0YS|late|L|GBP|po
Little Acorn Publishing Ltd|Imogen|Vale|imogen@littleacorn.example|Oxford, OX1 1HU|steady|M|GBP|
Cotswold Barn Conversions Ltd|Rupert|Fane|rupert@cotswoldbarns.example|Cirencester, GL7 2NX|stuck|M|GBP|
Norrland Design AB|Åsa|Lindqvist|faktura@norrland.example|Umeå, 903 26|prompt|M|EUR|
Penhaligon Boatyard||||St Ives, TR26 1RU|slow|S|GBP|nofirst noemail
Temple Meads Dental Laboratory Ltd|Joanne|Isaacs|jo@tmdentallab.example|Bristol, BS1 6QF|steady|S|GBP|
Greenfinch Energy Ltd|Rohan|Desai|ap@greenfinchenergy.example|Reading, RG1 1LZ|late|L|GBP|persons po
Mendip Hills Rescue|Colin|Tucker|treasurer@mendiprescue.example|Wells, BA5 3EX|steady|S|GBP|
Foundry Lane Motors Ltd|Darren|Pugh|darren@foundrylane.example|Newport, NP20 2EW|stuck|S|GBP|archived
Sable & Oak Interiors Ltd|Natalie|Brooke|accounts@sableandoak.example|Cheltenham, GL50 1QA|late|M|GBP|twin
Sable & Oak Trade Ltd|Natalie|Brooke|accounts@sableandoak.example|Cheltenham, GL50 1QA|late|S|GBP|twin
Hibernia Linen Ltd|Siobhán|Ní Bhriain|siobhan@hibernialinen.example|Galway, H91 E9P2|late|S|EUR|
Torbay Aquarium Trust|Phil|Beer|finance@torbayaquarium.example|Torquay, TQ1 2BG|prompt|M|GBP|po
Caledonian Kilns Ltd|Fiona|MacAllister|fiona@caledoniankilns.example|Stirling, FK8 1AX|steady|S|GBP|
Blue Door Lettings Ltd|Anton|Petrov|anton@bluedoorlettings.example|Bristol, BS6 6PE|late|M|GBP|
Westgate Runners Club|Louise|Hann|secretary@westgaterunners.example|Bath, BA2 3AF|steady|S|GBP|
Pacific Rim Imports LLC|Daniel|Cho|payables@pacificrimimports.example|Seattle, 98101|slow|M|USD|
Thornbury Castle Weddings Ltd|Harriet|Loxton|harriet@thornburyweddings.example|Thornbury, BS35 1HH|late|M|GBP|
Moorside Organic Dairy|Bryn|Hughes|bryn@moorsidedairy.example|Brecon, LD3 7HP|steady|S|GBP|
Kingswood Community Library|Yasmin|Hussain|library@kingswoodcommunity.example|Bristol, BS15 8LH|prompt|S|GBP|po
Vantage Point Surveying Ltd|Keith|Rooke|keith@vantagepointsurveying.example|Plymouth, PL1 3RP|late|M|GBP|
Ember Street Kitchen Ltd|Luca|Ferraro|luca@emberstreet.example|Bristol, BS5 0HE|stuck|S|GBP|
Beacon Hill Optics Ltd|Patricia|Stone|accounts@beaconhilloptics.example|Swindon, SN1 3JR|steady|M|GBP|
Jacaranda Travel (Pty) Ltd|Thandiwe|Mokoena|accounts@jacarandatravel.example|Cape Town, 8001|late|M|USD|
Lower Mill Pottery|Ines|Carvalho|ines@lowermillpottery.example|Stroud, GL5 1RN|late|S|GBP|"""  # noqa: E501 - one line each

SUPPLIERS = (
    "Avon Office Supplies Ltd",
    "Brunel Broadband Ltd",
    "Redland Property Management Ltd",
    "Pixelforge Hosting Ltd",
    "Great Western Couriers Ltd",
    "Cabot Accountancy LLP",
)

COUNTRIES = {
    "Hamburg": "Germany", "Lyon": "France", "Austin": "United States", "Kraków": "Poland", "Umeå": "Sweden",
    "Galway": "Ireland", "Seattle": "United States", "Cape Town": "South Africa",
}  # fmt: skip

SERVICES = (
    ("Brand identity design", 62_000),
    ("Website design and build", 68_000),
    ("Website maintenance, monthly retainer", 45_000),
    ("Copywriting", 42_000),
    ("Art direction", 72_000),
    ("Illustration", 48_000),
    ("Photography, half day", 39_000),
    ("Campaign artwork", 36_000),
    ("User research workshop", 81_000),
    ("Print management", 27_500),
    ("Exhibition stand design", 64_000),
    ("Newsletter design and send", 24_000),
    ("Hosting and support", 9_500),
    ("Packaging design", 58_500),
    ("Amends after sign-off", 7_500),
)
PROJECTS = [
    "Spring campaign",
    "Website phase 2",
    "Annual report",
    "Rebrand",
    "Summer brochure",
    "Shop signage",
    "Product launch",
    "Members' magazine",
    "Retainer",
    "Open day",
    "Christmas cards",
    "Trade show",
]
