//! What every database must do. Each rule takes a store and knows nothing of what is behind it; a database runs them
//! all with [`contract!`].

pub(crate) mod audit;
pub(crate) mod challenges;
pub(crate) mod held;
pub(crate) mod issuance;
pub(crate) mod notifications;
pub(crate) mod profiles;
pub(crate) mod repetitions;
pub(crate) mod revocation;
pub(crate) mod search;
pub(crate) mod tokens;
pub(crate) mod usage;
pub(crate) mod webhooks;

/// One test for each rule, on a store that `$open` makes anew.
macro_rules! contract {
    ($open:path) => {
        crate::store::contract::contract!($open, issuance:
            i5_same_transaction_gets_the_same_certificate, i5_one_transaction_many_tasks_one_certificate,
            i2_serial_is_used_once, i2_serial_may_repeat_under_another_issuer, v21_key_of_another_subject_is_named,
            v21_key_check_is_asked_for_and_ignores_the_abandoned, i1_second_commit_needs_the_first_and_its_bytes,
            i3_certificate_comes_back_byte_for_byte, i11_unfinished_is_listed_until_it_has_an_outcome,
            abandoning_keeps_claims_unless_told, t33_a_quota_is_exact_and_slides, certificates_are_found_and_paged,
            t65_a_failing_neighbour_undoes_nobody);
        crate::store::contract::contract!($open, challenges:
            t17_challenge_is_spent_once_by_sixteen_tasks, t17_spent_claim_leaves_nothing_behind,
            one_time_challenge_shows_where_it_was_spent, purge_forgets_the_expired_and_keeps_claims);
        crate::store::contract::contract!($open, held:
            a_request_is_held_once_and_comes_back_as_it_was, t33_so_many_requests_wait_at_an_endpoint,
            t17_a_held_challenge_is_spent_by_its_own_transaction_alone,
            i5_a_held_transaction_is_reserved_by_its_approval_once, m69_a_decision_about_a_held_request_is_final);
        crate::store::contract::contract!($open, tokens:
            a_token_is_found_by_its_hash_and_its_name_is_taken_while_it_lives, a_revoked_token_stays_revoked_and_frees_its_name);
        crate::store::contract::contract!($open, webhooks:
            a_webhook_begins_where_the_audit_is_and_its_name_is_taken_until_it_goes,
            messages_and_mark_are_one_commit_and_a_message_is_recorded_once,
            attempts_are_kept_and_what_is_settled_stays_so_until_it_is_forgotten,
            what_ends_soon_is_issued_good_and_without_successor);
        crate::store::contract::contract!($open, repetitions:
            what_is_asked_twice_is_done_once_for_a_day, what_came_to_nothing_or_was_lost_is_done_again,
            t33_so_many_keys_of_one_caller_are_remembered);
        crate::store::contract::contract!($open, profiles:
            t42_versions_count_up_and_the_same_text_is_none, t42_what_is_published_together_is_there_together);
        crate::store::contract::contract!($open, revocation:
            rules_hold_and_release_one_by_one, what_a_directory_says_and_whom_certificates_name,
            revocation_is_permanent_and_idempotent, hold_can_be_released_or_made_permanent, status_is_of_what_was_signed,
            unknown_serial_and_unknown_reason_are_not_revoked, revoked_are_paged_for_one_issuer,
            t39_a_compromised_key_is_never_certified_again, i8_crl_numbers_only_rise,
            i8_a_long_crl_comes_back_whole_and_a_replaced_one_goes, authorities_and_meta_are_kept);
        crate::store::contract::contract!($open, notifications:
            i6_due_only_when_issued_and_in_time, i6_attempts_are_counted_and_accepted_is_final,
            t73_a_dead_notification_is_listed_and_not_due, refusals_are_notified_without_certificate);
        crate::store::contract::contract!($open, usage:
            sightings_are_of_what_was_issued_and_the_first_stays,
            stalled_conversations_of_one_peer_add_up_and_are_paged,
            t86_requests_are_listed_by_whose_they_are_and_a_refusal_stays);
        crate::store::contract::contract!($open, audit:
            i9_one_link_for_each_event, t80_known_head_must_be_on_the_chain, i9_text_that_is_not_json_is_kept_as_text,
            m66_rows_of_a_transaction_are_found_newest_first);
        crate::store::contract::contract!($open, search:
            everything_is_found_by_what_it_says_newest_first, t84_names_are_no_syntax_and_are_found_as_they_are,
            the_index_follows_revocations_and_its_sums_agree, a_renewal_takes_the_place_of_what_it_renews,
            i9_the_audit_is_found_whether_it_was_followed_or_not);
    };
    ($open:path, $part:ident: $($rule:ident),* $(,)?) => {
        mod $part {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                let bed = $open();
                crate::store::contract::$part::$rule(bed.store()).await;
                crate::store::sample::sound(bed.store()).await;
            }
        )*}
    };
}
pub(crate) use contract;
