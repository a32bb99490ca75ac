using System.Data.Common;
using Backbone.Audit.Contracts;
using Backbone.Platform.Web.Batches;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Audit.Receiving;

/// <summary>The log itself takes nothing: storage failed, or it is closing.</summary>
internal static class LogAway
{
    public static BatchRefusal Refusal { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "The log takes no events at the moment. Send the batch again with the same ids.", 5);

    /// <summary>What says so: the log, or the database of the keys that personal values are sealed under.</summary>
    public static bool Is(Exception failure) => failure is AuditUnavailableException or DbException or DbUpdateException

        // As Npgsql's strategy gives what passes by itself.
        or InvalidOperationException { InnerException: DbException or DbUpdateException or TimeoutException };
}
