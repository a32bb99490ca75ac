namespace Backbone.Platform.Web.Batches;

/// <summary>
/// Bounds the memory and time that senders may take: so many batches at once of one sender, so many of all. Nobody waits in here; who
/// finds no place is told to come again.
/// </summary>
internal sealed class Admission(BatchBounds bounds)
{
    // Guards both; changed by every request that comes and goes.
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> bySender = new(StringComparer.Ordinal);
    private int all;

    /// <summary>A place, to be disposed of when the batch has been dealt with; null when there is none.</summary>
    /// <param name="sender">Who asks for it.</param>
    /// <param name="own">True when it is the sender's own batches that take up its places.</param>
    public Place? TryEnter(string sender, out bool own)
    {
        lock (gate)
        {
            var mine = bySender.GetValueOrDefault(sender);
            own = mine >= bounds.MostPerSender;
            if (own || all >= bounds.Most)
            {
                return null;
            }

            bySender[sender] = mine + 1;
            all++;
            return new Place(this, sender);
        }
    }

    private void Leave(string sender)
    {
        lock (gate)
        {
            all--;
            if (--bySender[sender] == 0)
            {
                bySender.Remove(sender);
            }
        }
    }

    internal sealed class Place(Admission admission, string sender) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                admission.Leave(sender);
            }
        }
    }
}
