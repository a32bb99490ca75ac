using System.Security.Cryptography;
using Backbone.Audit.Console;
using Backbone.Audit.Privacy;
using Backbone.Audit.Searching;

namespace Backbone.Audit.Tests.Searching;

public abstract partial class EventIndexContract
{
    [Fact]
    public async Task What_the_intake_put_a_commitment_for_is_found_by_what_was_sent_whenever_that_was()
    {
        using var folder = new Embedded.TemporaryFolder();
        var path = Path.Combine(folder.Path, "keys", "audit-privacy.key");
        var old = PrivacyKeys.LoadOrCreate(path);
        await File.AppendAllTextAsync(path, $"2 {System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}\n", Cancelled);
        var keys = PrivacyKeys.LoadOrCreate(path);
        var index = await IndexOfAsync(
        [
            SampleLeaf.At(0, ("resource.id", PersonalText.Scrub("110101199003076536", false, old))),
            SampleLeaf.At(1, ("resource.id", PersonalText.Scrub("no/110101199003076536", false, keys))),
            SampleLeaf.At(2, ("message", PersonalText.Scrub("of 138 1234 5678 again", true, old))),
            SampleLeaf.At(3, ("error.message", PersonalText.Scrub("sent to Zhang.San@example.cn twice", true, keys))),
            SampleLeaf.At(4, ("resource.id", "110101199003076536")),
            SampleLeaf.At(5, ("resource.id", "other"), ("message", "hmac of nobody")),
        ]);
        foreach (var (query, wanted) in ((string, string)[])[
            ("resource.id:110101199003076536", "0 4"), ("resource.id:\"no/110101199003076536\"", "1"), ("message:13812345678", "2"),
            ("\"of 13812345678\"", "2"), ("\"13812345678 twice\"", ""), ("zhang.san@example.cn", "3"), ("not resource.id:110101199003076536", "1 2 3 5"),
        ])
        {
            var search = new EventSearch(PersonalSearch.Committed(Parse(query), keys));
            var page = await index.FindAsync(search, new PageRequest(100, NewestFirst: false), Cancelled);
            Assert.Equal((query, wanted), (query, string.Join(' ', page.Events.Select(found => found.Index).Order())));
        }
    }
}
