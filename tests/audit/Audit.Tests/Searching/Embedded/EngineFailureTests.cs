using Backbone.Audit.Searching.Embedded;
using DuckDB.NET.Data;

namespace Backbone.Audit.Tests.Searching.Embedded;

/// <summary>Which failures of the engine make the index read all its files anew: those that a damaged file would explain.</summary>
public sealed class EngineFailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SELEC 1", false)]
    [InlineData("SELECT * FROM nothing", false)]
    [InlineData("SELECT none(1)", false)]
    [InlineData("SELECT * FROM read_text('/etc/passwd')", false)]
    [InlineData("SELECT len(list(range)) FROM range(100000000)", false)]
    [InlineData("SELECT * FROM read_parquet('{folder}/none.parquet')", true)]
    [InlineData("SELECT * FROM read_parquet('{folder}/garbage.parquet')", true)]
    [InlineData("SELECT * FROM read_parquet('{folder}/cut.parquet')", true)]
    [InlineData("SELECT sum(a) FROM read_parquet('{folder}/flipped.parquet')", true)]
    [InlineData("SELECT other FROM read_parquet('{folder}/sound.parquet')", true)]
    public async Task A_failure_that_a_damaged_file_would_explain_is_told_from_others(string statement, bool mayBeDamage)
    {
        using var folder = new TemporaryFolder();
        using var database = new IndexDatabase(folder.Path, new EmbeddedIndexOptions { MemoryMegabytes = 64 });
        await WriteAsync(folder.Path, database);

        var failure = await Assert.ThrowsAsync<DuckDBException>(() => database.QueryAsync(
            statement.Replace("{folder}", folder.Path, StringComparison.Ordinal), (row, _) => row.Read(), Cancelled));

        Assert.True(mayBeDamage == EngineFailure.MayBeDamage(failure), failure.Message);
        Assert.Equal(statement.Contains("100000000", StringComparison.Ordinal), EngineFailure.IsWantOfMemory(failure));
    }

    [Theory]
    [InlineData("INTERRUPT Error: Interrupted!", false)]
    [InlineData("TransactionContext Error: Current transaction is aborted (please ROLLBACK)", false)]
    [InlineData("IO Error: Could not write all bytes to file \"overflow/1.tmp\": wanted=9 wrote=0: No space left on device", false)]
    [InlineData("IO Error: Cannot open file \"v2_1.parquet\": Too many open files", false)]
    [InlineData("IO Error: Could not read enough bytes from file \"v2_1.parquet\"", true)]
    [InlineData("Invalid Input Error: No magic bytes found at end of file 'v2_1.parquet'", true)]
    [InlineData("ZSTD Decompression failure", true)]
    [InlineData("Conversion Error: what no test has seen", true)]
    public void Words_that_say_something_else_are_believed_and_all_others_are_not(string words, bool mayBeDamage) =>
        Assert.Equal(mayBeDamage, EngineFailure.MayBeDamage(words));

    [Theory]
    [InlineData("FATAL Error: Failed: database has been invalidated because of a previous fatal error.", true)]
    [InlineData("INTERNAL Error: Attempted to access index 3 within vector of size 3", true)]
    [InlineData("Invalid Error: the database has been invalidated", true)]
    [InlineData("IO Error: Could not read enough bytes from file", false)]
    [InlineData("Out of Memory Error: failed to allocate", false)]
    public void After_some_words_an_engine_answers_nothing_more(string words, bool isEnd) => Assert.Equal(isEnd, EngineFailure.IsEnd(words));

    [Fact]
    public void An_engine_that_could_not_be_opened_is_tried_again()
    {
        using var folder = new TemporaryFolder();
        var options = new EmbeddedIndexOptions { MemoryMegabytes = 64, Threads = -7 };
        using var database = new IndexDatabase(folder.Path, options);
        Assert.ThrowsAny<Exception>(() => database.Execute("SELECT 1"));

        options.Threads = 1;

        Assert.Equal([1], database.Read("SELECT 1", row => row.GetInt32(0)));
    }

    [Fact]
    public void A_file_that_could_not_be_finished_leaves_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        using var database = new IndexDatabase(folder.Path, new EmbeddedIndexOptions { MemoryMegabytes = 64 });
        var files = new IndexFolder(folder.Path, database);
        var name = new IndexFile(0, 1, 0, 0, 0, new string('0', IndexFile.LastLeafDigits), "");
        var made = Write();
        File.Delete(files.PathOf(made));
        Directory.CreateDirectory(files.PathOf(made));

        Assert.ThrowsAny<Exception>(() => Write());

        Assert.Empty(Directory.GetFiles(folder.Path));

        IndexFile Write() => files.Write("SELECT 1 AS a", name, [IndexColumns.Time], 100, Cancelled);
    }

    private static async Task WriteAsync(string folder, IndexDatabase database)
    {
        var sound = Path.Combine(folder, "sound.parquet");
        database.Execute($"COPY (SELECT range AS a FROM range(10000)) TO {SqlText.Of(sound)} (FORMAT parquet)");
        var bytes = await File.ReadAllBytesAsync(sound, Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder, "garbage.parquet"), new string('x', 100), Cancelled);
        await File.WriteAllBytesAsync(Path.Combine(folder, "cut.parquet"), bytes[..^20], Cancelled);
        bytes.AsSpan(4, 40).Fill(0xff);
        await File.WriteAllBytesAsync(Path.Combine(folder, "flipped.parquet"), bytes, Cancelled);
    }
}
