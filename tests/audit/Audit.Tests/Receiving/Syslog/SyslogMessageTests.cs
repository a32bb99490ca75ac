using System.Buffers;
using System.Text;
using Backbone.Audit.Events;
using Backbone.Audit.Receiving.Syslog;
using FsCheck.Xunit;

namespace Backbone.Audit.Tests.Receiving.Syslog;

/// <summary>The text of RFC 5424 and the framing of RFC 6587, against the examples of the standards and against anything else.</summary>
public sealed class SyslogMessageTests
{
    [Fact(DisplayName = "RFC 5424 6.5: the examples are read as they are meant")]
    public void The_examples_of_the_standard_are_read()
    {
        var first = Parsed("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8");
        Assert.Equal((34, "mymachine.example.com", "su", null, "ID47"), (first.Priority, first.HostName, first.AppName, first.ProcId, first.MsgId));
        Assert.Equal("'su root' failed for lonvick on /dev/pts/8", first.Text);

        var second = Parsed("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.");
        Assert.Equal(("2003-08-24T05:14:15.000003-07:00", "8710"), (second.Timestamp, second.ProcId));

        var third = Parsed("""<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] An application event log entry...""");
        Assert.Equal([("exampleSDID@32473", "iut", "3"), ("exampleSDID@32473", "eventSource", "Application"), ("exampleSDID@32473", "eventID", "1011")],
            third.Parameters.Select(parameter => (parameter.Element, parameter.Name, parameter.Value)));

        var fourth = Parsed("""<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]""");
        Assert.Equal(("examplePriority@32473", null), (fourth.Parameters[^1].Element, fourth.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<34>")]
    [InlineData("<192>1 - - - - - -")]
    [InlineData("<34>2 - - - - - -")]
    [InlineData("<34>Oct 11 22:14:15 mymachine su: 'su root' failed")]
    [InlineData("<34>1 - - - - -")]
    [InlineData("<34>1 - - - - - x")]
    [InlineData("<34>1 - - - - - [a")]
    [InlineData("<34>1 - - - - - [a b]")]
    [InlineData("<34>1 - - - - - [a b=\"]")]
    [InlineData("<34>1 - - - - - [a b=\"]\"]")]
    [InlineData("<34>1 - - - - - [a b=\"\\")]
    [InlineData("<34>1 - - - - - -x")]
    [InlineData("<34>1 - h\u00fc - - - -")]
    public void What_is_not_of_the_standard_is_refused(string text) => Assert.NotNull(SyslogMessage.Parse(Encoding.UTF8.GetBytes(text)).Wrong);

    [Fact]
    public void Structured_data_become_fields_and_the_header_has_its_place()
    {
        var draft = Draft("""<86>1 2026-11-23T05:59:00Z gate-3 door 77 M1 [ecs@32473 event.action="door-open" event.category="iam" event.category="session" event.type="info" event.outcome="success" event.duration="12" user.id="a\"b\\c\]d"][other@32473 x="y"] open""");
        Assert.Empty(draft.Violations);
        Assert.Equal(
            ("door-open", "12", "a\"b\\c]d", "open", "gate-3"),
            (draft.Fields["event.action"].Text, draft.Fields["event.duration"].Text, draft.Fields["user.id"].Text, draft.Fields["message"].Text, draft.Fields["host.hostname"].Text));
        Assert.Equal(["iam", "session"], draft.Fields["event.category"].Items.Select(item => item.Text));
        Assert.Equal(("authpriv", "info", "door"), (draft.Fields["log.syslog.facility.name"].Text, draft.Fields["log.level"].Text, draft.Fields["log.syslog.appname"].Text));
        Assert.DoesNotContain("x", draft.Fields.Keys);
    }

    [Fact]
    public void What_a_device_cannot_say_its_operator_says()
    {
        var draft = SyslogEvents.Draft(
            "<134>1 2026-11-23T05:59:00Z fw-1 filter - DENY [ecs@1 event.type=\"denied\"] dropped"u8,
            new Dictionary<string, string> { ["event.category"] = "network", ["event.type"] = "info", ["event.severity"] = "3" });
        Assert.Equal(("network", "denied", "3"), (draft.Fields["event.category"].Text, draft.Fields["event.type"].Text, draft.Fields["event.severity"].Text));
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_a_message_or_are_not(byte[] bytes) => Assert.True(SyslogMessage.Parse(bytes) is ({ }, null) or (null, { Length: > 0 }));

    [Property(MaxTest = 1000)]
    public void Any_mutation_of_a_message_is_one_or_is_not((int At, byte With)[] changes)
    {
        var bytes = Encoding.UTF8.GetBytes("""<165>1 2003-10-11T22:14:15.003Z m e 1 ID47 [a@1 iut="3" s="x\"y"][b@1 c="登录"] text 文""");
        foreach (var (at, with) in changes)
        {
            bytes[(int)((uint)at % bytes.Length)] = with;
        }

        Assert.True(SyslogMessage.Parse(bytes) is ({ }, null) or (null, { Length: > 0 }));
    }

    [Property(MaxTest = 300)]
    public void However_the_stream_is_cut_the_same_messages_come_out(ushort[] cuts, bool[] counted)
    {
        string[] messages = ["<34>1 - - - - - -", "<1>1 - h - - - - text", "<34>1 - - - - - - 文字", "<7>1 2026-11-23T05:59:00Z a b c d [x@1 y=\"z\"] 1 2 3"];
        var stream = messages.SelectMany((message, i) => Framed(message, i < counted.Length && counted[i])).ToArray();
        var found = new List<string>();
        byte[] kept = [];
        var from = 0;
        foreach (var end in cuts.Select(cut => cut % stream.Length).Append(stream.Length).Order())
        {
            var buffer = new ReadOnlySequence<byte>([.. kept, .. stream[from..end]]);
            from = end;
            while (SyslogFrames.TryTake(ref buffer, out var message) == FrameState.Message)
            {
                found.Add(Encoding.UTF8.GetString(message.ToArray()));
            }

            kept = buffer.ToArray();
        }

        Assert.Equal(messages, found);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0 ")]
    [InlineData("999999 <")]
    [InlineData("65537 <")]
    [InlineData("12x<")]
    [InlineData(" <34>1 ")]
    public void Where_no_frame_begins_the_stream_is_over(string text)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text));
        Assert.Equal(FrameState.Broken, SyslogFrames.TryTake(ref buffer, out _));
    }

    [Fact]
    public void A_line_without_end_is_broken_once_it_is_longer_than_any_message()
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("<34>1 - - - - - - " + new string('x', 70_000)));
        Assert.Equal(FrameState.Broken, SyslogFrames.TryTake(ref buffer, out _));
    }

    private static byte[] Framed(string message, bool counted)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        return counted ? [.. Encoding.ASCII.GetBytes($"{bytes.Length} "), .. bytes] : [.. bytes, (byte)'\n'];
    }

    private static SyslogMessage Parsed(string text)
    {
        var (message, wrong) = SyslogMessage.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Null(wrong);
        return message!;
    }

    private static EventDraft Draft(string text) => SyslogEvents.Draft(Encoding.UTF8.GetBytes(text), []);
}
