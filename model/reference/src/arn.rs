//! Resource names: of tables, backups, exports, imports (VALIDATION-004..011, TABLE-018).

use crate::caller::Caller;

/// The parts of a DynamoDB resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// What follows `table/`, up to the next `/`.
    pub table: &'a str,
    /// `backup`, `export`, `import`, `index` or `stream`, with what follows.
    pub child: Option<(&'a str, &'a str)>,
}

impl<'a> Arn<'a> {
    /// Takes a name apart; `None` when it does not even look like one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        if fields.next()? != "arn" {
            return None;
        }
        let (partition, service, region, account) = (
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
        );
        let mut path = fields.next()?.splitn(4, '/');
        if path.next()? != "table" {
            return None;
        }
        let table = path.next()?;
        let child = match (path.next(), path.next()) {
            (Some(kind), Some(id)) => Some((kind, id)),
            (None, None) => None,
            _ => return None,
        };
        Some(Self {
            partition,
            service,
            region,
            account,
            table,
            child,
        })
    }
}

impl Arn<'_> {
    /// Whether the service, the partition and the region are such that a caller may name them: the caller's own region,
    /// whatever it is called, or another one that looks like a region.
    pub fn is_of_dynamodb(&self, caller: &Caller) -> bool {
        self.service == "dynamodb"
            && (self.region == caller.region || is_region(self.region))
            && self.partition == partition(self.region)
    }
}

/// The partition that a region belongs to.
pub(crate) fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Whether this looks like the name of a region: `us-east-1`, `ap-southeast-2`, `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    const AREAS: [&str; 11] = [
        "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn", "us-gov",
    ];
    let Some((place, number)) = text.rsplit_once('-') else {
        return false;
    };
    let Some((area, direction)) = place.rsplit_once('-') else {
        return false;
    };
    AREAS.contains(&area)
        && number.len() == 1
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() && byte != b'0')
        && [
            "north",
            "south",
            "east",
            "west",
            "central",
            "northeast",
            "northwest",
            "southeast",
            "southwest",
        ]
        .contains(&direction)
}

/// The ARN of a table (TABLE-018).
pub(crate) fn table_arn(caller: &Caller, table: &str) -> String {
    format!(
        "arn:{}:dynamodb:{}:{}:table/{table}",
        partition(&caller.region),
        caller.region,
        caller.account
    )
}

/// Whether a text is a legal table, index or backup name: `[a-zA-Z0-9_.-]+`, 3 to 255 characters (VALIDATION-003).
pub(crate) fn is_resource_name(text: &str) -> bool {
    (3..=255).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// Whether a text is the id of a backup, export or import: 14 digits, a dash, 8 lower-case hex digits (VALIDATION-006).
pub(crate) fn is_artefact_id(text: &str) -> bool {
    let Some((digits, suffix)) = text.split_once('-') else {
        return false;
    };
    digits.len() == 14
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && suffix.len() == 8
        && suffix
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_arn_comes_apart() {
        let arn = Arn::parse(
            "arn:aws:dynamodb:us-east-1:111122223333:table/Music/backup/01489173575360-b308cd7d",
        )
        .unwrap();
        assert_eq!(
            (arn.region, arn.account, arn.table),
            ("us-east-1", "111122223333", "Music")
        );
        assert_eq!(arn.child, Some(("backup", "01489173575360-b308cd7d")));
    }

    #[test]
    fn what_is_not_a_table_resource_is_no_arn() {
        for text in [
            "",
            "Music",
            "arn:aws:dynamodb:us-east-1:1:index/x",
            "arn:aws:dynamodb:us-east-1:1:table/x/backup",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn regions_are_told_from_nonsense() {
        assert!(
            [
                "us-east-1",
                "ap-southeast-2",
                "us-gov-west-1",
                "eu-central-1"
            ]
            .iter()
            .all(|r| is_region(r))
        );
        assert!(
            ["", "us-east", "xx-east-1", "us-nowhere-1", "us-east-0"]
                .iter()
                .all(|r| !is_region(r))
        );
    }

    #[test]
    fn a_callers_own_region_may_have_any_name() {
        let is_of_dynamodb = |text, region| {
            let arn = Arn::parse(text).unwrap();
            arn.is_of_dynamodb(&Caller::new("1", region))
        };
        let local = "arn:aws:dynamodb:local:1:table/Music";
        assert!(is_of_dynamodb(local, "local"));
        assert!(!is_of_dynamodb(local, "us-east-1"));
        assert!(is_of_dynamodb(
            "arn:aws:dynamodb:us-east-1:1:table/Music",
            "local"
        ));
        assert!(!is_of_dynamodb(
            "arn:aws-cn:dynamodb:us-east-1:1:table/Music",
            "us-east-1"
        ));
        assert!(!is_of_dynamodb(
            "arn:aws:s3:us-east-1:1:table/Music",
            "us-east-1"
        ));
    }

    #[test]
    fn artefact_ids_have_fourteen_digits_and_eight_hex() {
        assert!(is_artefact_id("01489173575360-b308cd7d"));
        assert!(!is_artefact_id("1489173575360-b308cd7d"));
        assert!(!is_artefact_id("01489173575360-B308CD7D"));
    }
}
