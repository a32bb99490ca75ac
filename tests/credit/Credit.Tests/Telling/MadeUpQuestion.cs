using Backbone.Credit.Storage;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Tests.Telling;

/// <summary>What stays of an answer of now.</summary>
internal static class MadeUpQuestion
{
    public static AnsweredQuery Of(EntityCode entity, string program, long known, TimeProvider clock, string kind = "report") => new()
    {
        Entity = entity.ToString(),
        Id = Guid.CreateVersion7(),
        At = clock.GetUtcNow(),
        Client = program,
        Kind = kind,
        Purpose = "supervision",
        Basis = "国办发〔2026〕8号",
        ValidOn = ChinaDay.Today(clock),
        Known = known,
        Pack = "cn-national",
        PackVersion = 1,
        Points = 0,
        Grade = "B",
    };
}
