using Backbone.Audit.Log.Proofs;
using Backbone.Audit.Log.Tree;

namespace Backbone.Audit.Log.Witness;

/// <summary>
/// What a witness asks of a proof (tlog-witness): from "old 0" the proof must be empty and nothing is compared, since the witness has seen
/// nothing yet; a tree of size 0 has the empty root. Everything else is for the strict <see cref="ConsistencyProof.Verify"/>.
/// </summary>
public static class WitnessConsistency
{
    public static bool Verify(long oldSize, long newSize, in TreeHash oldRoot, in TreeHash newRoot, ReadOnlySpan<TreeHash> proof)
    {
        if (oldSize == 0)
        {
            return newSize >= 0 && proof.IsEmpty && (newSize > 0 || newRoot == TreeHash.Empty);
        }

        return ConsistencyProof.Verify(oldSize, newSize, oldRoot, newRoot, proof);
    }
}
