"""Passwords that are tried first (ten characters or more, and the words that are padded to that length)."""

_WORDS = """
password passw0rd p@ssword p@ssw0rd pa$$word password1 password12 password123 password1234 passwordpassword
letmein letmeinnow welcome welcome1 welcome123 qwerty qwertyuiop qwerty123 qwerty12345 qwertyuiop123 qwerasdf
qazwsxedc 1qaz2wsx 1qaz2wsx3edc zaq12wsx 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y asdfghjkl asdfghjkl123 asdfasdf zxcvbnm
123456789 1234567890 12345678910 0123456789 0987654321 9876543210 1111111111 0000000000 123123123 123123123123
1234512345 987654321 1122334455 147258369 789456123 123qweasd 123qweasdzxc abc123 abcdefghij abcd1234 abcdef123456
iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1 baseball superman batman
dragon monkey master shadow michael jennifer jordan23 liverpool arsenal chelsea manchester manchesterunited
administrator administrator1 admin admin123 admin1234 adminadmin rootroot changeme changeme123 default secret
trustno1 whatever whatever1 starwars computer computer1 internet samsung google googlegoogle facebook pokemon
mustang charlie charlie1 hello hello123 helloworld hellohello summer winter spring autumn summer2025 summer2026
winter2025 winter2026 spring2026 autumn2026 january february september october november december london londonlondon
company company1 business business1 invoice invoices accounts accounting xeroxero xeropassword tactful tactful123
correcthorsebatterystaple correct horse battery staple
"""

COMMON = frozenset(_WORDS.split()) | {"correct horse battery staple"}
