/* Ids and secrets. */
#include "spec.h"

#include <string.h>

#include "id.h"

IT(makes_request_ids_of_16_hex_digits_that_differ)
{
	char one[17], two[17];

	id_request(one);
	id_request(two);
	assert_int_equal(strspn(one, "0123456789abcdef"), 16);
	assert_int_equal(strlen(one), 16);
	assert_string_not_equal(one, two);
}

IT(makes_secrets_of_43_characters_that_need_no_escaping)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char one[44], two[44];

	for (int i = 0; i < 100; i++) {
		id_secret(one);
		id_secret(two);
		assert_int_equal(strlen(one), 43);
		assert_int_equal(strspn(one, letters), 43);
		assert_string_not_equal(one, two);
	}
}

IT(hashes_as_the_standard_says)
{
	char hash[65];

	id_sha256(hash, "abc", 3);
	assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	id_sha256(hash, "", 0);
	assert_string_equal(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

SPEC("ids and secrets",
     RUN(makes_request_ids_of_16_hex_digits_that_differ),
     RUN(makes_secrets_of_43_characters_that_need_no_escaping),
     RUN(hashes_as_the_standard_says))
