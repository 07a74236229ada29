//! What a crash test needs is in a build with the feature, and in no other.

#[test]
fn places_to_die_are_compiled_in_with_the_feature_alone() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_chancery")).unwrap();
    for word in ["CHANCERY_FAIL_POINT", "CHANCERY_PLANTED_FAULT"] {
        let there = program.windows(word.len()).any(|part| part == word.as_bytes());
        assert_eq!(there, cfg!(feature = "fail-points"), "{word}");
    }
}
