namespace Backbone.Audit.Receiving.Syslog;

/// <summary>So many at once in all, and so many of one name.</summary>
/// <param name="most">At least one.</param>
/// <param name="mostOfOne">At least one.</param>
internal sealed class Places(int most, int mostOfOne)
{
    // Guarded by itself.
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);
    private int all;

    /// <summary>A place, given back when it is disposed of; null when there is none.</summary>
    public IDisposable? TryTake(string name)
    {
        lock (taken)
        {
            var own = taken.GetValueOrDefault(name);
            if (all >= most || own >= mostOfOne)
            {
                return null;
            }

            all++;
            taken[name] = own + 1;
            return new Place(this, name);
        }
    }

    private void Leave(string name)
    {
        lock (taken)
        {
            all--;
            if (--taken[name] == 0)
            {
                taken.Remove(name);
            }
        }
    }

    private sealed class Place(Places places, string name) : IDisposable
    {
        private bool left;

        public void Dispose()
        {
            if (!left)
            {
                left = true;
                places.Leave(name);
            }
        }
    }
}
