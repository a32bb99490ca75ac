namespace Backbone.Audit.Elasticsearch.Exporting;

/// <summary>How many bytes a bulk request may have now: halved when the cluster is short of memory, slowly grown again. Shared by all requests.</summary>
internal sealed class BatchBudget(ExportLimits limits)
{
    private int bytes = limits.BatchBytes;

    public int Bytes => Volatile.Read(ref bytes);

    /// <param name="sent">The size that was refused.</param>
    public void Shrink(int sent) => Volatile.Write(ref bytes, Math.Max(limits.LeastBatchBytes, Math.Min(Bytes, sent) / 2));

    public void Grow()
    {
        if (Bytes < limits.BatchBytes)
        {
            Volatile.Write(ref bytes, (int)Math.Min(limits.BatchBytes, Bytes * 5L / 4));
        }
    }
}
