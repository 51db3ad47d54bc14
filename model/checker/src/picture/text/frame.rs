//! What stands below the lanes: the axis and the legend.

use super::line::Line;
use super::{Drawing, paragraph};
use crate::picture::scene::Cuts;
use crate::picture::wording;
use crate::verdict::Role;

impl Drawing<'_> {
    /// Ticks at all events, labels where there is room: the important ones first.
    pub(super) fn axis(&self, out: &mut String) {
        let mut axis = Line::new(self.width);
        axis.fill(0, self.width - 1, '-');
        let mut labels = Line::new(self.width);
        for us in &self.scene.events_us {
            axis.put(self.column(*us), '+');
        }
        for cut in self.scale.breaks() {
            let middle = f64::midpoint(cut.from, cut.to).round() as usize;
            let words = format!(" {} ", wording::duration(cut.length_us));
            let length = words.len();
            if (cut.to - cut.from) as usize >= length + 3 {
                let place = middle - length / 2;
                axis.write(place, &words);
                axis.put(place.saturating_sub(1), self.glyphs.cut);
                axis.put(place + length, self.glyphs.cut);
            } else {
                axis.put(middle, self.glyphs.cut);
            }
        }
        for us in self.scene.ticks_us() {
            let words = self.scene.clock.time(us);
            let column = self.column(us);
            let place = column
                .saturating_sub(words.len() / 2)
                .min(self.width.saturating_sub(words.len()));
            if labels.is_free(place.saturating_sub(1), place + words.len()) {
                labels.write(place, &words);
            }
        }
        self.row(out, String::new(), axis);
        self.row(out, self.scene.clock.name().to_owned(), labels);
    }

    /// What the signs mean: only those that are drawn.
    pub(super) fn legend(&self, out: &mut String) {
        let (scene, glyphs) = (self.scene, self.glyphs);
        let artefact = scene.lanes.iter().any(|lane| lane.artefact);
        let calls = scene
            .lanes
            .iter()
            .any(|lane| !lane.artefact || !lane.calls.is_empty());
        let uncertain = format!(
            "[{0}] {0}> nobody knows whether it took effect",
            glyphs.uncertain
        );
        let signs = [
            (calls, "[-] call".to_owned()),
            (scene.has(Role::UncertainWrite), uncertain),
            (artefact, format!("{} band", glyphs.band)),
            (artefact, format!("{} anchor", glyphs.anchor)),
            (
                scene.draws(Cuts::Allowed),
                format!("{} allowed cuts", glyphs.allowed),
            ),
            (
                scene.draws(Cuts::Contradicted),
                format!("{} no cut explains it", glyphs.contradicted),
            ),
            (
                !self.scale.breaks().is_empty(),
                format!("{} time left out", glyphs.cut),
            ),
        ];
        // A sign and its words stay on one line.
        let drawn = signs.into_iter().filter(|(is_drawn, _)| *is_drawn);
        let drawn: Vec<String> = drawn
            .map(|(_, words)| words.replace(' ', "\u{a0}"))
            .collect();
        let mut legend = String::new();
        paragraph(
            &mut legend,
            self.gutter + self.width,
            "",
            &drawn.join("   "),
        );
        out.push('\n');
        out.push_str(&legend.replace('\u{a0}', " "));
        out.push('\n');
    }
}
