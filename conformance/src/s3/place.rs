//! Where buckets are, as `--s3` words it.

use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

/// Where buckets are. Default: in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In memory, gone at the end: `memory:`.
    #[default]
    Memory,
    /// One folder for each bucket, below this one: `file:DIR`.
    Folder(PathBuf),
    /// At an S3 endpoint, addressed by path; credentials and region from the environment: `http://HOST:PORT`.
    Endpoint(Url),
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let how = || {
            "give memory:, file:DIR or the URL of an S3 endpoint, such as http://127.0.0.1:9000"
                .to_owned()
        };
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("file", folder)) if !folder.is_empty() => Ok(Self::Folder(PathBuf::from(
                folder.strip_prefix("//").unwrap_or(folder),
            ))),
            Some(("http" | "https", _)) => {
                let url = Url::parse(text).map_err(|error| format!("{error}: {}", how()))?;
                Ok(Self::Endpoint(url))
            }
            _ => Err(how()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_a_word() {
        assert_eq!("memory:".parse(), Ok(Place::Memory));
        assert_eq!("file:x/y".parse(), Ok(Place::Folder("x/y".into())));
        assert_eq!("file:///x".parse(), Ok(Place::Folder("/x".into())));
        let url = Url::parse("http://127.0.0.1:9000").unwrap();
        assert_eq!("http://127.0.0.1:9000".parse(), Ok(Place::Endpoint(url)));
    }

    #[test]
    fn any_other_word_is_told_what_to_give() {
        for text in ["", "memory", "memory:x", "file:", "s3://bucket", "http://"] {
            let error = text.parse::<Place>().unwrap_err();
            assert!(error.contains("give memory:, file:DIR"), "{text}: {error}");
        }
    }
}
