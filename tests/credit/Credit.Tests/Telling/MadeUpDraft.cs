using System.Security.Cryptography;
using System.Text;
using Backbone.Credit.Facts;
using Backbone.Credit.Scoring.Facts;
using Backbone.Credit.Tests.Batch;
using Backbone.Platform.Entities;

namespace Backbone.Credit.Tests.Telling;

/// <summary>A fact that the catalogue takes, of yesterday.</summary>
internal static class MadeUpDraft
{
    public static FactDraft Of(EntityCode entity, string key, TimeProvider clock)
    {
        var type = MadeUpSegments.Catalogue.All.First(one => one.Type.Code == "penalty");
        var content = new FactContent(
            type.Type.Number, type.Classes[0], ExclusionReason.None, new(ChinaDay.Today(clock).AddDays(-1), null, null, null), 1, "document", "authority", "basis");
        return new(entity, key, RecordKind.Stated, null, content, null, "", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }
}
