using Backbone.Platform.Web.Telemetry;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Backbone.Host.Startup;

/// <summary>
/// In front of console and file: withholds properties by name (<see cref="Redaction"/>) and what has the shape of a person or a secret
/// anywhere else (<see cref="Scrub"/>): in values, in messages put together by hand, in exceptions and all inside them.
/// </summary>
internal sealed class ScrubbedSink(ILogEventSink inner) : ILogEventSink, IDisposable
{
    /// <summary>Fields that hold a trace id: it is what operators search for, and says nothing about a person.</summary>
    private static readonly HashSet<string> Traces = new(StringComparer.Ordinal) { "Correlation", "TraceId", "ParentId", "SpanId" };

    private static readonly MessageTemplateParser Parser = new();

    public void Emit(LogEvent logEvent)
    {
        var template = Scrub.Text(logEvent.MessageTemplate.Text);
        inner.Emit(new LogEvent(
            logEvent.Timestamp,
            logEvent.Level,
            logEvent.Exception is { } exception ? new ScrubbedException(exception) : null,
            template == logEvent.MessageTemplate.Text ? logEvent.MessageTemplate : Parser.Parse(template),
            logEvent.Properties.Select(property => new LogEventProperty(property.Key, ValueOf(property.Key, property.Value))),
            logEvent.TraceId ?? default,
            logEvent.SpanId ?? default));
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private static LogEventPropertyValue ValueOf(string name, LogEventPropertyValue value) => Redaction.Withholds(name)
        ? new ScalarValue(Scrub.Withheld)
        : value switch
        {
            ScalarValue scalar => new ScalarValue(ScalarOf(name, scalar.Value)),
            SequenceValue sequence => new SequenceValue(sequence.Elements.Select(element => ValueOf(name, element))),
            StructureValue structure => new StructureValue(
                structure.Properties.Select(part => new LogEventProperty(part.Name, ValueOf(part.Name, part.Value))), structure.TypeTag),
            DictionaryValue dictionary => new DictionaryValue(dictionary.Elements.Select(element => KeyValuePair.Create(
                new ScalarValue(ScalarOf("", element.Key.Value)), ValueOf(element.Key.Value?.ToString() ?? "", element.Value)))),
            _ => new ScalarValue(Scrub.Text(value.ToString())),
        };

    /// <summary>Numbers and times stay what they are; all else is written as text in the end.</summary>
    private static object? ScalarOf(string name, object? value) => value switch
    {
        null or bool or int or long or short or byte or uint or ulong or float or double or decimal => value,
        DateTime or DateTimeOffset or TimeSpan or Guid or Enum => value,
        _ => Scrub.Text(value.ToString() ?? "", tokens: !Traces.Contains(name)),
    };

    /// <summary>Sinks write an exception by its text.</summary>
    private sealed class ScrubbedException(Exception real) : Exception(Scrub.Text(real.Message))
    {
        private readonly string _text = Scrub.Text(real.ToString());

        public override string ToString() => _text;
    }
}
