//! Pages of keys: what begins with a prefix, folded at a delimiter, after a marker.

use crate::s3::ObjectInfo;

/// The most keys and prefixes of one page.
pub const PAGE_MAX: usize = 1000;

/// What a page is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// What keys begin with.
    pub prefix: &'a str,
    /// Where keys are folded.
    pub delimiter: Option<&'a str>,
    /// Keys and prefixes come after this.
    pub after: Option<&'a str>,
    /// How many at most; more than [`PAGE_MAX`] are never given.
    pub count: Option<i32>,
}

/// A page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Objects, in the order of their keys.
    pub objects: Vec<ObjectInfo>,
    /// What keys were folded into.
    pub prefixes: Vec<String>,
    /// The last key or prefix, where more follow.
    pub next: Option<String>,
}

/// A page of objects, which come in the order of their keys.
pub fn page(objects: Vec<ObjectInfo>, ask: &Ask<'_>) -> Page {
    let count = ask.count.and_then(|count| usize::try_from(count).ok());
    let count = count.unwrap_or(PAGE_MAX).min(PAGE_MAX);
    let mut page = Page::default();
    let mut last = None;
    for object in objects {
        let Some(below) = object.key.strip_prefix(ask.prefix) else {
            continue;
        };
        let folded = ask
            .delimiter
            .filter(|delimiter| !delimiter.is_empty())
            .and_then(|delimiter| {
                let end = below.find(delimiter)? + delimiter.len();
                object.key.get(..ask.prefix.len() + end).map(str::to_owned)
            });
        let name = folded.as_ref().unwrap_or(&object.key);
        let known = folded.is_some() && page.prefixes.last() == folded.as_ref();
        if known || ask.after.is_some_and(|after| name.as_str() <= after) {
            continue;
        }
        if page.objects.len() + page.prefixes.len() == count {
            page.next = last;
            break;
        }
        last = Some(name.clone());
        match folded {
            Some(prefix) => page.prefixes.push(prefix),
            None => page.objects.push(object),
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn objects() -> Vec<ObjectInfo> {
        let keys = ["a", "b/1", "b/2", "b/c/3", "bb", "c/4"];
        let object = |key: &str| ObjectInfo {
            key: key.to_owned(),
            size: 1,
            etag: String::new(),
            modified: SystemTime::UNIX_EPOCH,
        };
        keys.into_iter().map(object).collect()
    }

    fn shown(ask: &Ask<'_>) -> String {
        let page = page(objects(), ask);
        let keys: Vec<_> = page
            .objects
            .iter()
            .map(|object| object.key.clone())
            .collect();
        format!(
            "{} | {} | {}",
            keys.join(" "),
            page.prefixes.join(" "),
            page.next.unwrap_or_default()
        )
    }

    #[test]
    fn keys_are_folded_at_a_delimiter() {
        let ask = Ask {
            delimiter: Some("/"),
            ..Ask::default()
        };
        assert_eq!(shown(&ask), "a bb | b/ c/ | ");
        assert_eq!(
            shown(&Ask {
                prefix: "b/",
                ..ask
            }),
            "b/1 b/2 | b/c/ | "
        );
        assert_eq!(shown(&Ask { prefix: "b", ..ask }), "bb | b/ | ");
    }

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let ask = Ask {
            delimiter: Some("/"),
            count: Some(2),
            ..Ask::default()
        };
        assert_eq!(shown(&ask), "a | b/ | b/");
        assert_eq!(
            shown(&Ask {
                after: Some("b/"),
                ..ask
            }),
            "bb | c/ | "
        );
        assert_eq!(
            shown(&Ask {
                after: Some("c/4"),
                ..Ask::default()
            }),
            " |  | "
        );
    }

    #[test]
    fn a_page_of_nothing_is_empty() {
        assert_eq!(
            shown(&Ask {
                count: Some(0),
                ..Ask::default()
            }),
            " |  | "
        );
    }
}
