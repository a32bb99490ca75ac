namespace Backbone.Audit.Log.Notes;

/// <summary>The assigned signature types of signed-note that this library knows; every other is an unknown key, and ignored.</summary>
public enum SignatureType
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA over SHA-256 of the note's text; the key is a P-256 key in SPKI form. Verified only: no key of ours is one.</summary>
    Ecdsa = 0x02,

    /// <summary>tlog-cosignature: Ed25519 with a time, over a checkpoint. A key of this type serves one cosigner.</summary>
    Cosignature = 0x04,

    /// <summary>tlog-cosignature: ML-DSA-44 with a time, over a checkpoint's origin, size and root. Logs sign with it too.</summary>
    MlDsa44 = 0x06,
}
