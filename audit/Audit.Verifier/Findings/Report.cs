namespace Backbone.Audit.Verifier.Findings;

/// <summary>
/// What a run found out; filled from many threads. Findings beyond <see cref="MostFindings"/> are counted, not kept: a log that is all
/// wrong must not fill the memory.
/// </summary>
internal sealed class Report
{
    public const int MostFindings = 1_000;

    private readonly Lock gate = new();
    private readonly List<Finding> findings = [];
    private readonly List<string> notes = [];
    private readonly List<string> done = [];
    private long count;
    private long entries;
    private long bytes;

    public bool IsSound => Interlocked.Read(ref count) == 0;

    public long Count => Interlocked.Read(ref count);

    /// <summary>Entries whose bytes were hashed.</summary>
    public long Entries => Interlocked.Read(ref entries);

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>In order of file and place.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get
        {
            lock (gate)
            {
                return [.. findings.OrderBy(one => one.Leaves?.From ?? -1).ThenBy(one => one.File, StringComparer.Ordinal).ThenBy(one => one.Bytes?.From ?? -1)];
            }
        }
    }

    /// <summary>What a reader should know and is no fault.</summary>
    public IReadOnlyList<string> Notes => Copy(notes);

    /// <summary>What was verified, one sentence each.</summary>
    public IReadOnlyList<string> Done => Copy(done);

    public void Add(Finding finding)
    {
        lock (gate)
        {
            count++;
            if (findings.Count < MostFindings)
            {
                findings.Add(finding);
            }
        }
    }

    public void Add(string file, Extent? leaves, Extent? at, string problem)
    {
        Add(new Finding(file, leaves, at, problem));
    }

    public void Note(string note)
    {
        lock (gate)
        {
            notes.Add(note);
        }
    }

    public void Did(string what)
    {
        lock (gate)
        {
            done.Add(what);
        }
    }

    public void Progressed(long moreEntries, long moreBytes)
    {
        Interlocked.Add(ref entries, moreEntries);
        Interlocked.Add(ref bytes, moreBytes);
    }

    private List<string> Copy(List<string> list)
    {
        lock (gate)
        {
            return [.. list];
        }
    }
}
