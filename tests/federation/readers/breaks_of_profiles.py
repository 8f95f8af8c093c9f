"""For each rule about WebFinger, actors, collections and stamps: how a sound sample breaks it."""

from __future__ import annotations

from typing import Any

from .plain import AS2
from .samples import ANNA, E

# What is changed: dotted paths into the document; `...` takes a member away; "@" names the rest.
Break = tuple[str, dict[str, Any]]
HTML = {"@content-type": "text/html; charset=utf-8"}
ELSEWHERE = "https://elsewhere.example/x"
TWO_KEYS = [{"id": "1"}, {"id": "2"}]

WEBFINGER: dict[str, Break] = {
    "the_jrd_is_found": ("jrd", {"@status": 404}),
    "the_jrd_has_a_typed_self_link": ("jrd", {"links.1.type": "application/json"}),
    "the_self_link_is_the_actor": ("jrd", {"links.1.href": f"{E}/groups/Choir"}),
    "a_self_link_is_the_actor": ("jrd", {"links.1.href": f"{E}/groups/Choir"}),
    "the_first_self_link_is_the_actor": (
        "jrd",
        {"links.0": {"rel": "self", "type": "text/html", "href": f"{E}/@choir"}},
    ),
    "the_last_application_link_is_the_actor": (
        "jrd",
        {"links.2": {"rel": "other", "type": "application/json", "href": f"{E}/other"}},
    ),
    "some_link_is_the_actor": ("jrd", {"links.1.type": f'application/ld+json; profile="{AS2}"'}),
    "the_subject_is_the_handle_asked_for": ("jrd", {"subject": "acct:choir@handles.example"}),
    "the_subject_is_an_account": ("jrd", {"subject": "choir@e.example"}),
    "the_username_matches_its_case": ("jrd", {"subject": "acct:Choir@e.example"}),
    "the_handle_is_a_username": ("jrd", {"subject": "acct:the choir@e.example"}),
    "handle_and_actor_share_a_host": ("jrd", {"subject": "acct:choir@handles.example"}),
    "the_jrd_may_be_read_by_a_browser": ("jrd", {"@header": ("Access-Control-Allow-Origin", E)}),
    "the_answer_is_a_jrd": ("jrd", {"@content-type": "application/activity+json"}),
    "the_answer_is_json": ("jrd", {"@content-type": "text/plain"}),
}
FETCHED: dict[str, Break] = {
    "the_answer_is_200": ("group", {"@status": 203}),
    "the_answer_is_activitystreams": ("group", HTML),
    "the_content_type_is_one_of_three": (
        "group",
        {"@content-type": f'application/ld+json; profile="{AS2}"; charset=utf-8'},
    ),
    "the_id_is_the_url_fetched": ("group", {"@url": f"{E}/@choir"}),
    "the_id_or_the_url_was_fetched": ("group", {"@url": f"{E}/choir"}),
    "the_id_is_on_the_domain_fetched": ("group", {"@url": ELSEWHERE}),
    "the_context_names_activitystreams": ("group", {"@context": [f"{AS2}#"]}),
    "the_terms_can_be_compacted": ("group", {"@context": ["https://w3id.org/security/v1"]}),
    "the_document_is_at_most_a_megabyte": ("group", {"summary": "x" * 1_048_577}),
    "the_answer_is_small": ("group", {"summary": "x" * 262_145}),
}
ACTORS: dict[str, Break] = {
    "the_actor_has_a_known_type": ("group", {"type": "Feed"}),
    "a_community_is_a_group": ("group", {"type": "Organization"}),
    "the_actor_has_a_username": ("group", {"preferredUsername": ...}),
    "the_username_is_there": ("group", {"preferredUsername": None}),
    "the_username_fits": ("group", {"preferredUsername": "a" * 101}),
    "the_username_is_sound": ("group", {"preferredUsername": "the choir"}),
    "the_actor_has_an_inbox": ("group", {"inbox": "http://e.example/inbox"}),
    "inbox_and_outbox_are_there": ("group", {"outbox": ...}),
    "all_endpoints_are_on_one_host": ("group", {"following": ELSEWHERE}),
    "the_shared_inbox_is_on_the_same_host": ("group", {"endpoints.sharedInbox": ELSEWHERE}),
    "shared_inbox_and_featured_are_of_the_domain": ("group", {"featured": "https://e.other/f"}),
    "endpoints_are_an_object": ("group", {"endpoints": [f"{E}/inbox"]}),
    "the_keys_belong_to_the_actor": ("group", {"publicKey.owner": ANNA}),
    "the_key_is_one_pem": ("group", {"publicKey": TWO_KEYS}),
    "the_key_is_one_object": ("group", {"publicKey": TWO_KEYS}),
    "the_key_is_complete": ("group", {"publicKey.owner": ...}),
    "the_key_is_a_pem": ("group", {"publicKey.publicKeyPem": "MIIB"}),
    "the_multikeys_are_controlled_by_the_actor": ("group", {"assertionMethod.0.controller": ANNA}),
    "the_url_is_on_the_same_host": ("group", {"url": ELSEWHERE}),
    "the_url_is_https_on_the_same_host": ("group", {"url": "http://e.example/@choir"}),
    "the_pictures_are_images": ("group", {"icon.url": ...}),
    "pictures_are_images": ("group", {"icon.type": "Document"}),
    "pictures_are_single_objects": ("group", {"icon": [{"type": "Image", "url": f"{E}/1.png"}]}),
    "the_fields_are_property_values": ("group", {"attachment.0.value": ...}),
    "the_terms_of_fields_are_mapped": ("group", {"@context": [AS2]}),
    "the_counts_are_numbers": ("group", {"followers": {"id": f"{E}/f", "totalItems": "12"}}),
    "the_lists_of_names_are_short": ("group", {"attributionDomains": ["e.example"] * 257}),
    "the_switches_are_booleans": ("group", {"discoverable": "true"}),
    "the_actor_does_not_suspend_itself": ("group", {"suspended": True}),
    "the_dates_are_dates": ("group", {"published": "yesterday"}),
    "the_handle_property_is_a_handle": ("group", {"webfinger": "acct:choir@e.example"}),
    "the_name_is_not_empty": ("group", {"name": ""}),
    "names_are_there": ("group", {"name": ...}),
    "the_summary_is_a_string": ("group", {"summary": ["We sing."]}),
    "the_summary_fits": ("group", {"summary": "x" * 5001}),
    "openness_is_known": ("group", {"openness": "closed"}),
    "the_place_is_one": ("group", {"location": [{"type": "Place", "name": "Here"}]}),
    "optional_texts_are_strings": ("group", {"summary": {"en": "We sing."}}),
    "optional_addresses_are_addresses": ("group", {"endpoints": {}}),
    "optional_switches_are_booleans": ("group", {"postingRestrictedToMods": "yes"}),
    "optional_dates_are_dates": ("group", {"updated": "2026"}),
    "languages_are_a_list_of_pairs": ("group", {"language": {"identifier": "en"}}),
    "languages_are_pairs": ("group", {"language": [{"identifier": "en"}]}),
    "the_media_type_is_html": ("group", {"mediaType": "text/markdown"}),
    "every_tag_has_a_type": ("group", {"tag": [{"name": "#choir"}]}),
}
OTHERS: dict[str, Break] = {
    "the_total_is_a_number": ("featured", {"totalItems": "1"}),
    "the_pins_are_ids_or_notes": (
        "featured",
        {"orderedItems.0": {"type": "Event", "id": f"{E}/1"}},
    ),
    "the_first_page_can_be_walked": ("outbox", {"first": ...}),
    "the_schema_link_comes_first": ("nodeinfo", {"links.0.rel": f"{AS2}#Application"}),
    "the_stamp_is_an_authorization": ("stamp", {"type": "LikeAuthorization"}),
    "the_stamp_is_on_the_quoted_authors_host": ("stamp", {"@url": ELSEWHERE}),
    "the_stamp_is_for_this_pair": ("stamp", {"interactionTarget": f"{E}/updates/3"}),
}
PROFILE_BREAKS: dict[str, Break] = {**WEBFINGER, **FETCHED, **ACTORS, **OTHERS}
