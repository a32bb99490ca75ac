using Backbone.Audit.Contracts;
using Backbone.Audit.Receiving;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Backbone.Audit.Tests.Receiving;

/// <summary>A sender is told to come again when the log or its database is away for a moment, in whatever wrapping that comes; a fault of ours is none of it.</summary>
public sealed class BatchRefusalTests
{
    private const string Passing = "An exception has been raised that is likely due to a transient failure.";

    public static TheoryData<Exception, bool> Failures => new()
    {
        { new AuditUnavailableException("the audit log is closed"), true },
        { new SqliteException("busy", 5), true },
        { new DbUpdateException("refused", new SqliteException("busy", 5)), true },
        { new InvalidOperationException(Passing, new SqliteException("away", 14)), true },
        { new InvalidOperationException(Passing, new DbUpdateException("away", new SqliteException("away", 14))), true },
        { new InvalidOperationException(Passing, new TimeoutException()), true },
        { new InvalidOperationException("Sequence contains no elements"), false },
        { new InvalidOperationException("Sequence contains no elements", new FormatException()), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_passes_by_itself_is_told_from_a_fault(Exception failure, bool passes) => Assert.Equal(passes, LogAway.Is(failure));
}
