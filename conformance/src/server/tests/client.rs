//! A client that sends bytes as they are written and reads what comes back.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug)]
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find_map(|(found, value)| found.eq_ignore_ascii_case(name).then(|| value.trim()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// What follows `#` in `__type`.
    pub fn error(&self) -> String {
        let body = self.json();
        body["__type"]
            .as_str()
            .unwrap()
            .rsplit('#')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    pending: Vec<u8>,
}

impl Client {
    pub async fn connect(addr: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(addr).await.unwrap(),
            pending: Vec::new(),
        }
    }

    /// Sends bytes; a server that has already answered and hung up does not matter here.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next answer, or none where the server closed the connection without one.
    pub async fn receive(&mut self) -> Option<Raw> {
        let read = async {
            let head_end = loop {
                if let Some(at) = self
                    .pending
                    .windows(4)
                    .position(|window| window == b"\r\n\r\n")
                {
                    break at + 4;
                }
                self.more().await?;
            };
            let head = String::from_utf8(self.pending.drain(..head_end).collect()).unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            let mut raw = Raw {
                status,
                head,
                body: Vec::new(),
            };
            let length = raw
                .header("content-length")
                .map_or(0, |text| text.parse().unwrap());
            while self.pending.len() < length {
                self.more().await?;
            }
            raw.body = self.pending.drain(..length).collect();
            Some(raw)
        };
        tokio::time::timeout(Duration::from_secs(120), read)
            .await
            .expect("the server answers")
    }

    /// Whether the server has closed its side, within a minute.
    pub async fn is_closed(&mut self) -> bool {
        tokio::time::timeout(Duration::from_secs(60), async {
            while self.more().await.is_some() {}
        })
        .await
        .is_ok()
    }

    async fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 16 * 1024];
        let length = self
            .stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|length| *length > 0)?;
        self.pending.extend_from_slice(&buffer[..length]);
        Some(())
    }
}

/// An Authorization header of this access key.
pub fn authorization(key: &str, region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// The bytes of one request with the given header lines.
pub fn request(line: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut bytes = (text + "\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The bytes of one signed operation.
pub fn operation(name: &str, body: &[u8]) -> Vec<u8> {
    let target = format!("DynamoDB_20120810.{name}");
    request(
        "POST /",
        &[
            ("X-Amz-Target", &target),
            ("Authorization", &authorization("k", "us-east-1")),
        ],
        body,
    )
}

/// Sends bytes on a connection of their own and reads one answer.
pub async fn ask(addr: SocketAddr, bytes: &[u8]) -> Raw {
    let mut client = Client::connect(addr).await;
    client.send(bytes).await;
    client.receive().await.expect("an answer")
}
