"""The gateway's cases by requests or httpx: client.py LIBRARY URL URL_THAT_COUNTS_CONNECTIONS SHA256_OF_THE_DOWNLOAD"""

import hashlib
import sys

library, url, counted, sha256 = sys.argv[1:]
if library == "requests":
    import requests

    session = requests.Session()

    def call(method, to, body=None, headers=None):
        answer = session.request(method, to, data=body, headers=headers, timeout=60)
        return answer.status_code, answer.headers, answer.content
else:
    import httpx

    session = httpx.Client(timeout=60)

    def call(method, to, body=None, headers=None):
        answer = session.request(method, to, content=body, headers=headers)
        return answer.status_code, answer.headers, answer.content


def pieces(content):
    for at in range(0, len(content), 50_000):
        yield content[at : at + 50_000]


def report(name, done):
    print(name, "yes" if done else "FAILED")


api = url + "/api/v1"
status, headers, content = call("GET", api + "/bytes?5000000")
report("download", status == 200 and hashlib.sha256(content).hexdigest() == sha256)
report("upload", call("PUT", api + "/hashed", content)[2].decode() == sha256)
report("unknown", call("PUT", api + "/hashed", pieces(content))[2].decode() == sha256)
report("expect", call("PUT", api + "/hashed", content, {"Expect": "100-continue"})[2].decode() == sha256)
status, headers, body = call("HEAD", api + "/echo")
bodiless = status == 200 and body == b"" and headers["ETag"] == '"one"'
status, headers, body = call("GET", api + "/gone")
bodiless = bodiless and status == 204 and body == b""
status, headers, body = call("GET", api + "/same", headers={"If-None-Match": '"one"'})
report("bodiless", bodiless and status == 304 and body == b"")
status, headers, body = call("GET", api + "/bytes?5000000", headers={"Range": "bytes=100-199"})
report("range", status == 206 and body == content[100:200])
status, headers, body = call("GET", api + "/zipped")
report("gzip", headers["Content-Encoding"] == "gzip" and body == b"unzipped")
status, headers, body = call("GET", url + "/elsewhere")
report(
    "problem",
    status == 403
    and headers["Content-Type"] == "application/problem+json"
    and headers["KafkaSend-Error"] == "ENDPOINT_NOT_ALLOWED"
    and b"ENDPOINT_NOT_ALLOWED" in body,
)
report("reuse", all(call("GET", counted + "/api/v1/gone")[0] == 204 for _ in range(5)))
report("refusal", call("PUT", url + "/elsewhere", content * 4)[0] == 403)
