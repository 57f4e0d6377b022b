// The gateway's cases by Go's net/http: client URL URL_THAT_COUNTS_CONNECTIONS SHA256_OF_THE_DOWNLOAD
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{ExpectContinueTimeout: 10 * time.Second}}

type answer struct {
	status  int
	headers http.Header
	body    []byte
}

func call(method, to string, body io.Reader, headers ...string) answer {
	request, err := http.NewRequest(method, to, body)
	if err != nil {
		panic(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{body: []byte(err.Error()), headers: http.Header{}}
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return answer{response.StatusCode, response.Header, content}
}

func report(name string, done bool) {
	if done {
		fmt.Println(name, "yes")
	} else {
		fmt.Println(name, "FAILED")
	}
}

func main() {
	url, counted, sum := os.Args[1], os.Args[2], os.Args[3]
	api := url + "/api/v1"
	got := call("GET", api+"/bytes?5000000", nil)
	content := got.body
	hash := sha256.Sum256(content)
	report("download", got.status == 200 && hex.EncodeToString(hash[:]) == sum)
	report("upload", string(call("PUT", api+"/hashed", bytes.NewReader(content)).body) == sum)
	report("unknown", string(call("PUT", api+"/hashed", io.MultiReader(bytes.NewReader(content))).body) == sum)
	report("expect", string(call("PUT", api+"/hashed", bytes.NewReader(content), "Expect", "100-continue").body) == sum)
	head := call("HEAD", api+"/echo", nil)
	gone := call("GET", api+"/gone", nil)
	same := call("GET", api+"/same", nil, "If-None-Match", "\"one\"")
	report("bodiless", head.status == 200 && head.headers.Get("ETag") == "\"one\"" && gone.status == 204 &&
		same.status == 304 && len(head.body)+len(gone.body)+len(same.body) == 0)
	got = call("GET", api+"/bytes?5000000", nil, "Range", "bytes=100-199")
	report("range", got.status == 206 && bytes.Equal(got.body, content[100:200]))
	report("gzip", string(call("GET", api+"/zipped", nil).body) == "unzipped")
	got = call("GET", url+"/elsewhere", nil)
	report("problem", got.status == 403 && got.headers.Get("Content-Type") == "application/problem+json" &&
		got.headers.Get("KafkaSend-Error") == "ENDPOINT_NOT_ALLOWED" &&
		strings.Contains(string(got.body), "\"code\":\"ENDPOINT_NOT_ALLOWED\""))
	reused := true
	for i := 0; i < 5; i++ {
		reused = reused && call("GET", counted+"/api/v1/gone", nil).status == 204
	}
	report("reuse", reused)
	report("refusal", call("PUT", url+"/elsewhere", bytes.NewReader(bytes.Repeat(content, 4))).status == 403)
}
