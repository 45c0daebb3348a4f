//! When a cell is published, stays or is withheld.

use std::ops::Range;

use super::*;

/// `owners`, each with one ended wait of `days`.
fn edition(owners: Range<u128>, days: u32) -> Edition {
    Edition::new(owners.map(|owner| case(owner, days, true))).unwrap()
}

fn joined(parts: &[&Edition]) -> Edition {
    Edition::new(parts.iter().flat_map(|part| part.cases())).unwrap()
}

fn publish(ledger: &mut Ledger<u8>, cells: &[(&[u8], &Edition)], gone: &[u128]) -> Vec<Decision> {
    let current = cells
        .iter()
        .map(|(path, edition)| (path.to_vec(), (*edition).clone()))
        .collect();
    let decisions = ledger.publish(&current, |owner| !gone.contains(&owner.as_u128()));
    cells.iter().map(|(path, _)| decisions[*path]).collect()
}

#[test]
fn fewer_than_five_people_are_not_published() {
    let mut ledger = Ledger::default();
    assert_eq!(
        publish(&mut ledger, &[(&[], &edition(0..4, 7))], &[]),
        [Decision::Withheld]
    );
    assert_eq!(
        publish(&mut ledger, &[(&[], &edition(0..5, 7))], &[]),
        [Decision::Fresh]
    );
}

#[test]
fn a_cell_is_published_anew_after_five_people_have_changed() {
    let mut ledger = Ledger::default();
    let first = edition(0..20, 7);
    publish(&mut ledger, &[(&[], &first)], &[]);
    let four = joined(&[&edition(0..4, 8), &edition(4..20, 7)]);
    assert_eq!(publish(&mut ledger, &[(&[], &four)], &[]), [Decision::Kept]);
    assert_eq!(ledger.latest(&[]), Some(&first));
    let five = joined(&[&edition(0..5, 8), &edition(5..20, 7)]);
    assert_eq!(
        publish(&mut ledger, &[(&[], &five)], &[]),
        [Decision::Fresh]
    );
    // Back to a day before, but for one: that would tell of the one.
    let but_one = joined(&[&edition(0..1, 8), &edition(1..20, 7)]);
    assert_eq!(
        publish(&mut ledger, &[(&[], &but_one)], &[]),
        [Decision::Kept]
    );
}

#[test]
fn a_part_is_withheld_if_the_rest_is_fewer_than_five() {
    let mut ledger = Ledger::default();
    let (large, small) = (edition(0..17, 7), edition(17..20, 7));
    let whole = joined(&[&large, &small]);
    let cells: [(&[u8], _); 3] = [(&[], &whole), (&[1], &large), (&[2], &small)];
    assert_eq!(
        publish(&mut ledger, &cells, &[]),
        [Decision::Fresh, Decision::Withheld, Decision::Withheld]
    );
}

#[test]
fn parts_that_leave_no_rest_are_published() {
    let (one, other) = (edition(0..17, 7), edition(17..22, 7));
    let whole = joined(&[&one, &other]);
    let cells: [(&[u8], _); 3] = [(&[], &whole), (&[1], &one), (&[2], &other)];
    let decisions = publish(&mut Ledger::default(), &cells, &[]);
    assert_eq!(decisions, [Decision::Fresh; 3]);
}

#[test]
fn who_withdraws_is_shown_no_more_even_if_too_few_have_changed() {
    let mut ledger = Ledger::default();
    publish(&mut ledger, &[(&[], &edition(0..20, 7))], &[]);
    let without = edition(1..20, 7);
    assert_eq!(
        publish(&mut ledger, &[(&[], &without)], &[0]),
        [Decision::Withheld]
    );
    let grown = edition(1..24, 7);
    assert_eq!(
        publish(&mut ledger, &[(&[], &grown)], &[0]),
        [Decision::Fresh]
    );
}

#[test]
fn a_restored_ledger_decides_alike() {
    let (first, second) = (edition(0..20, 7), edition(0..25, 7));
    let mut restored = Ledger::default();
    restored.record(&[], first);
    restored.record(&[], second);
    assert_eq!(
        publish(&mut restored, &[(&[], &edition(0..22, 7))], &[]),
        [Decision::Kept]
    );
    assert_eq!(
        publish(&mut restored, &[(&[], &edition(0..30, 7))], &[]),
        [Decision::Fresh]
    );
}
