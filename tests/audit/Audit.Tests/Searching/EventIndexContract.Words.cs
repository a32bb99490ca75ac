namespace Backbone.Audit.Tests.Searching;

public abstract partial class EventIndexContract
{
    [Fact]
    public Task Any_two_chinese_characters_that_stand_together_are_found() => FindsAsync(
        [
            SampleLeaf.At(0, ("message", "用户登录失败")),
            SampleLeaf.At(1, ("message", "登记记录")),
            SampleLeaf.At(2, ("message", "a登录b")),
            SampleLeaf.At(3, ("message", "登 录")),
            SampleLeaf.At(4, ("resource.name", "登录")),
            SampleLeaf.At(5, ("message", "𠮷野家")),
        ],
        ("登录", "0 2 3 4"),
        ("录失", "0"),
        ("登", "0 1 2 3 4"),
        ("message:登录", "0 2 3"),
        ("message:\"户登录\"", "0"),
        ("message:记登", ""),
        ("a登录", "2"),
        ("\"录 b\"", "2"),
        ("登录*", "0 2 3 4"),
        ("野家", "5"),
        ("𠮷野", "5"),
        ("not 登录", "1 5"),
        ("登录 and 失败", "0"));

    [Fact]
    public Task Words_are_whole_whatever_their_case_and_marks_part_them() => FindsAsync(
        [
            SampleLeaf.At(0, ("message", "Sign-in FAILED, twice")),
            SampleLeaf.At(1, ("message", "signin failed")),
            SampleLeaf.At(2, ("event.action", "sign-in")),
            SampleLeaf.At(3, ("message", "ÄRGER mit Éva")),
            SampleLeaf.At(4, ("user.roles", (string[])["audit reader", "clerk"])),
            SampleLeaf.At(5, ("message", "e\u0301va")),
        ],
        ("sign", "0 2"),
        ("\"sign in\"", "0 2"),
        ("SIGN-IN", "0 2"),
        ("\"in failed twice\"", "0"),
        ("\"failed sign\"", ""),
        ("fail", ""),
        ("fail*", "0 1"),
        ("\"sign i\"", ""),
        ("ärger", "3"),
        ("éva", "3 5"),
        ("reader", "4"),
        ("\"audit reader\"", "4"),
        ("message:clerk", ""),
        ("message:sign", "0"),
        ("message:sign*", "0 1"),
        ("sign failed", "0"));

    [Fact]
    public Task A_phrase_does_not_reach_from_one_text_into_the_next() => FindsAsync(
        [
            SampleLeaf.At(0, ("error.message", "first alpha"), ("event.action", "beta"), ("message", "gamma"), ("user.roles", (string[])["one two", "three 甲", "乙"])),
            SampleLeaf.At(1, ("message", "alpha beta gamma two three 甲乙")),
        ],
        ("\"alpha beta\"", "1"),
        ("\"beta gamma\"", "1"),
        ("\"two three\"", "1"),
        ("甲乙", "1"),
        ("\"one two\"", "0"),
        ("alpha and beta", "0 1"));

    [Fact]
    public Task Numbers_in_json_are_no_texts_and_the_derived_fields_neither() => FindsAsync(
        [SampleLeaf.At(0, ("http.response.status_code", 404), ("message", "not here")), SampleLeaf.At(1, ("message", "404"))],
        ("404", "1"));
}
