using System.Collections.Immutable;
using Backbone.Audit.Contracts;
using Backbone.Audit.Contracts.Events;

namespace Backbone.Credit.Events;

/// <summary>Every kind of event the credit module writes.</summary>
internal static class CreditKinds
{
    public const string Module = "credit";

    public static readonly EventKind FactsReceived = new()
    {
        Module = Module,
        Action = "facts-receive",
        OnSuccess = new([EcsCategory.Database], [EcsType.Change]),
        What = new("收到一批信用事实", "Took a batch of facts about organisations"),
        Who = new("报送系统（auth.client.id）", "the program that reported them (auth.client.id)"),
        Details = ["resource.count", "resource.digest", "resource.type"],
        Retention = RetentionClass.Credit,
    };

    public static ImmutableArray<EventKind> All { get; } = [FactsReceived];
}
