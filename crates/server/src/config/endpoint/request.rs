//! `[endpoint.request]`: who asks for certificates in their own name, and for which.

use super::draft::Draft;
use super::{Request, RequestSettings};
use crate::config::problem::{Code, Problem};
use crate::config::value::Word;
use crate::people::RequestLimits;
use crate::validators::By;
use crate::validators::request::Requests;

impl Word for By {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("owner", Self::Owner),
        ("operator", Self::Operator),
        ("requester", Self::Requester),
        ("token", Self::Token),
    ];
}

impl Draft<'_> {
    pub(super) fn request(&mut self) -> Option<Request> {
        let settings = self.settings.request.clone().unwrap_or_default();
        self.no_scep();
        if settings.by.is_empty() {
            self.problems.push(
                Problem::new(Code::Missing, self.key("request.by"), "")
                    .rule("nobody may ask at this endpoint")
                    .fix(r#"write who may, such as by = ["operator"]"#),
            );
        }
        let by = self.by(&settings);
        let names = self.names(&settings);
        Some(Request { rules: Requests { by: by?, names: names? }, server_key: settings.server_key })
    }

    fn by(&mut self, settings: &RequestSettings) -> Option<Vec<By>> {
        let key = self.key("request.by");
        settings.by.iter().map(|word| self.problems.note(By::believe(&key, word))).collect()
    }

    fn names(&mut self, settings: &RequestSettings) -> Option<Vec<String>> {
        let names = settings.names.clone();
        let limits = RequestLimits { names, ..RequestLimits::default() };
        if !limits.is_sensible() {
            self.problems.push(
                Problem::new(Code::Rule, self.key("request.names"), limits.names.join(", "))
                    .rule("an entry is a name without spaces, with * for some characters; a hundred at most")
                    .fix(r#"write such as names = ["*.dev.contoso.com"]"#),
            );
            return None;
        }
        Some(limits.names)
    }

    /// Such an endpoint has no address for devices.
    fn no_scep(&mut self) {
        for (key, on) in [("ndes", self.settings.ndes), ("ndes_page", self.settings.ndes_page)] {
            if on {
                self.problems.push(
                    Problem::new(Code::Rule, self.key(key), true)
                        .rule("no device comes to an endpoint whose validator is request")
                        .fix("leave it false here"),
                );
            }
        }
    }
}
