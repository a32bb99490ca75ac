namespace Backbone.Audit.Searching.Embedded;

/// <summary>Events that are becoming a file.</summary>
/// <param name="First">Leaf index of the first.</param>
/// <param name="End">One past the last.</param>
/// <param name="File">Ends with it.</param>
/// <param name="Seen">Where searches see them until then; null when they do not.</param>
/// <param name="Drop">What is needed until then.</param>
internal sealed record FileBeingWritten(long First, long End, Task<IndexFile> File, SeenRows? Seen, Action? Drop)
{
    public IEnumerable<Action> Unneeded => Drop is null ? [] : [Drop];
}
