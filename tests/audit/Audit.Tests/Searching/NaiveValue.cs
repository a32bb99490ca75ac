using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Backbone.Audit.Contracts.Fields;

namespace Backbone.Audit.Tests.Searching;

/// <summary>A value of an event in its field's type.</summary>
internal readonly record struct NaiveValue : IComparable<NaiveValue>
{
    /// <summary>ECS <c>ignore_above</c>, in UTF-16 units.</summary>
    private const int LongestKeyword = 1_024;

    public string? Text { get; init; }

    public long? Number { get; init; }

    public double? Real { get; init; }

    public bool? Truth { get; init; }

    public long? Milliseconds { get; init; }

    public IPAddress? Address { get; init; }

    public static IEnumerable<NaiveValue> Of(EventField field, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            yield break;
        }

        switch (field.Type)
        {
            case FieldType.Keyword:
                if (element.GetString() is { Length: <= LongestKeyword } word)
                {
                    yield return new NaiveValue { Text = word };
                }

                break;
            case FieldType.Text:
                yield return new NaiveValue { Text = element.GetString() };
                break;
            case FieldType.Number:
                yield return new NaiveValue { Number = element.GetInt64() };
                break;
            case FieldType.Real:
                yield return new NaiveValue { Real = element.GetDouble() };
                break;
            case FieldType.Boolean:
                yield return new NaiveValue { Truth = element.GetBoolean() };
                break;
            case FieldType.Date:
                yield return new NaiveValue
                {
                    Milliseconds = DateTimeOffset.Parse(element.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
                };
                break;
            case FieldType.Ip:
                yield return new NaiveValue { Address = IPAddress.Parse(element.GetString()!).MapToIPv6() };
                break;
        }
    }

    /// <summary>The natural order of each type; texts by their UTF-8 bytes.</summary>
    public int CompareTo(NaiveValue other)
    {
        if (Text is not null || other.Text is not null)
        {
            return (Text is null).CompareTo(other.Text is null) is var missing and not 0 ? missing
                : Encoding.UTF8.GetBytes(Text!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other.Text!));
        }

        return Address is not null
            ? Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Address!.GetAddressBytes())
            : (Number, Real, Truth, Milliseconds).CompareTo((other.Number, other.Real, other.Truth, other.Milliseconds));
    }

    /// <summary>As <c>ValueCount.Value</c> wants it.</summary>
    public override string ToString() =>
        Text
        ?? (Milliseconds is { } time
            ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : Address is { IsIPv4MappedToIPv6: true } ? Address.MapToIPv4().ToString()
            : Address is not null ? Address.ToString()
            : Truth is { } truth ? (truth ? "true" : "false")
            : FormattableString.Invariant($"{Number}{Real}"));
}
