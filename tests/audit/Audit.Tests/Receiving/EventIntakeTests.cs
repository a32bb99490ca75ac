using System.Text;
using System.Text.Json.Nodes;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Fields;
using Backbone.Audit.Events;
using Backbone.Audit.Privacy;
using Backbone.Audit.Receiving;
using Backbone.Platform;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>Any documents at the place where every way in ends.</summary>
public sealed class EventIntakeTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly EventSender Sender = new("machine", "org-1", "机构");

    private readonly string folder = Directory.CreateTempSubdirectory("intake-").FullName;
    private readonly Kept kept = new();
    private readonly EventIntake intake;

    public EventIntakeTests()
    {
        var validation = new EventValidation(new FakeTimeProvider(Now), Options.Create(new ReceivingOptions()));
        intake = new EventIntake(validation, new EventPrivacy(PrivacyKeys.LoadOrCreate(Path.Combine(folder, "privacy.key")), null!), kept);
    }

    [Property(MaxTest = 300)]
    public Property Of_any_documents_each_is_answered_and_what_is_written_is_an_event_of_its_sender() => Prop.ForAll(
        Documents().ListOf().ToArbitrary(), documents =>
        {
            kept.Leaves.Clear();
            var answers = intake.TakeAsync(documents.Select(json => EventDocument.Read(Encoding.UTF8.GetBytes(json))), Sender, default).Result;
            Assert.Equal(documents.Count, answers.Count);
            Assert.Equal(answers.Count(answer => answer.IsAccepted), kept.Leaves.Count);
            Assert.All(answers.Where(answer => answer.IsAccepted), answer => AssertEvent(answer, kept.Leaves[(int)answer.Index]));
            Assert.All(answers.Where(answer => !answer.IsAccepted), answer => Assert.All(answer.Violations, violation => Assert.NotEmpty(violation.Rule)));
        });

    [Fact]
    public async Task An_event_that_grows_past_a_leaf_in_its_canonical_form_is_refused()
    {
        var list = string.Join(',', Enumerable.Range(0, 64).Select(i => $"\"{new string('登', 400)}\""));
        var answers = await intake.TakeAsync([EventDocument.Read(Encoding.UTF8.GetBytes($$"""{{{Least}},"tags":[{{list}}]}"""))], Sender, default);
        var violation = Assert.Single(Assert.Single(answers).Violations);
        Assert.Equal("event", violation.Field);
        Assert.Empty(kept.Leaves);
    }

    [Fact]
    public async Task Of_thousands_of_refused_events_the_answer_stays_small()
    {
        var wrong = Encoding.UTF8.GetBytes($$"""{{{string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"wrong{i}\":\"{new string('x', 500)}\""))}}}""");
        var answers = await intake.TakeAsync(Enumerable.Range(0, 2_000).Select(_ => EventDocument.Read(wrong)), Sender, default);
        Assert.True(answers.Sum(answer => answer.Violations.Length) < 4_000);
        Assert.All(answers, answer => Assert.NotEmpty(answer.Violations));
    }

    [Fact]
    public async Task When_the_log_takes_nothing_the_whole_batch_is_unanswered()
    {
        kept.Fails = true;
        await Assert.ThrowsAsync<AuditUnavailableException>(
            () => intake.TakeAsync([EventDocument.Read(Encoding.UTF8.GetBytes($"{{{Least}}}"))], Sender, default));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private const string Least =
        "\"@timestamp\":\"2026-11-23T05:59:00Z\",\"event.action\":\"file-read\",\"event.category\":[\"file\"],\"event.type\":[\"access\"],\"event.outcome\":\"success\"";

    /// <summary>The least event with any of the fields there are, right and wrong values mixed, mostly right ones.</summary>
    private static Gen<string> Documents() =>
        from fields in Gen.Elements(EventFields.All.Where(field => !Least.Contains($"\"{field.Name}\"", StringComparison.Ordinal)).ToArray()).ArrayOf(6)
        from values in Gen.Elements(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).ArrayOf(6)
        select "{" + Least + string.Concat(fields.DistinctBy(field => field.Name).Select((field, i) => $",\"{field.Name}\":{Value(field, values[i])}")) + "}";

    private static string Value(EventField field, int choice) => (field.Type, choice) switch
    {
        (_, 0) => "{\"x\":1}",
        (_, 1) => "\"\\u0000\"",
        (_, 2) => "null",
        (FieldType.Number, _) => "42",
        (FieldType.Real, _) => "73.25e-1",
        (FieldType.Date, _) => "\"2026-11-23T13:59:00.5+08:00\"",
        (FieldType.Ip, _) => "\"2001:db8::7\"",
        (FieldType.Boolean, _) => "true",
        (_, 3) => "\"🙂\\ud83d\\ude42 \\\"\\\\\"",
        (_, 4) => "[\"登录\",\"x\"]",
        _ => "\"370102199001010014 a@example.cn\"",
    };

    private static void AssertEvent(Taken answer, byte[] leaf)
    {
        Assert.True(leaf.Length <= AuditEventJson.MaxBytes);
        var json = JsonNode.Parse(leaf)!;
        Assert.Equal(answer.Id.Value.ToString("D"), (string)json["event"]!["id"]!);
        Assert.Equal(("external", "machine"), ((string)json["event"]!["module"]!, (string)json["event"]!["provider"]!));
        Assert.Equal(("org-1", "机构"), ((string)json["organization"]!["id"]!, (string)json["organization"]!["name"]!));
        Assert.Equal(answer.Id, AuditEventJson.Decode(leaf).Id);
        Assert.DoesNotContain("a@example.cn", Encoding.UTF8.GetString(leaf), StringComparison.Ordinal);
    }

    private sealed class Kept : IAuditTrail
    {
        public List<byte[]> Leaves { get; } = [];

        public bool Fails { get; set; }

        public ValueTask<long> AppendAsync(AuditEvent auditEvent, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask<long> AppendAsync(EventId id, ReadOnlyMemory<byte> encoded, CancellationToken cancellation = default)
        {
            if (Fails)
            {
                return ValueTask.FromException<long>(new AuditUnavailableException("closed"));
            }

            Leaves.Add(encoded.ToArray());
            return ValueTask.FromResult<long>(Leaves.Count - 1);
        }
    }
}
