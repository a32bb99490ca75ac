using System.Text;
using Backbone.Audit.Contracts;

namespace Backbone.Audit.Tests.Appending;

public sealed class AppendTests : IDisposable
{
    private readonly TemporaryLog temporary = new();

    public void Dispose()
    {
        temporary.Dispose();
    }

    [Fact]
    public async Task Events_have_contiguous_indexes_from_zero_and_are_there_after_reopening()
    {
        var events = Enumerable.Range(0, 100).Select(_ => TemporaryLog.SignIn()).ToList();
        await using (var log = temporary.Open(TemporaryLog.Small))
        {
            for (var i = 0; i < events.Count; i++)
            {
                Assert.Equal(i, await log.AppendAsync(events[i]));
            }
        }

        await using var reopened = temporary.Open(TemporaryLog.Small with { VerifyAll = true });
        var records = reopened.Records.Read(0, int.MaxValue).ToList();
        Assert.Equal(events.Select(AuditEventJson.Encode), records.Select(record => record.Payload));
        Assert.Equal(events.Select(e => e.Id.Value), records.Select(record => record.EventId));
        Assert.True(temporary.Segments.Count > 5);
        Assert.Equal(100, await reopened.AppendAsync(TemporaryLog.SignIn()));
    }

    [Fact]
    public async Task An_event_appended_twice_keeps_its_first_index_even_after_reopening()
    {
        var once = TemporaryLog.SignIn();
        await using (var log = temporary.Open())
        {
            await log.AppendAsync(TemporaryLog.SignIn());
            Assert.Equal(1, await log.AppendAsync(once));
            Assert.Equal(1, await log.AppendAsync(once.Id, AuditEventJson.Encode(once)));
        }

        await using var reopened = temporary.Open();
        Assert.Equal(1, await reopened.AppendAsync(once));
        Assert.Equal(2, reopened.Records.EndIndex);
    }

    [Fact]
    public async Task An_event_larger_than_the_limit_is_refused_with_bound_and_value()
    {
        await using var log = temporary.Open();
        var id = TemporaryLog.NewId();
        await log.AppendAsync(id, TemporaryLog.Payload(id, AuditEventJson.MaxBytes));
        var next = TemporaryLog.NewId();
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            async () => await log.AppendAsync(next, TemporaryLog.Payload(next, AuditEventJson.MaxBytes + 1)));
        Assert.Equal("event: 1 to 65535 bytes encoded, has 65536", refused.Message);
    }

    [Fact]
    public async Task Encoded_bytes_that_do_not_hold_their_id_are_refused()
    {
        await using var log = temporary.Open();
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.AppendAsync(TemporaryLog.NewId(), Encoding.UTF8.GetBytes("{}")));
    }

    [Fact]
    public async Task A_closed_log_answers_that_it_is_unavailable()
    {
        var log = temporary.Open();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await log.AppendAsync(TemporaryLog.SignIn()));
    }

    [Fact]
    public async Task Two_logs_cannot_have_one_folder_open()
    {
        await using var log = temporary.Open();
        var refused = Assert.Throws<AuditUnavailableException>(() => temporary.Open());
        Assert.Contains(temporary.Folder, refused.Message, StringComparison.Ordinal);
    }
}
