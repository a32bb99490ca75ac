namespace Backbone.Platform.Web.Batches;

/// <summary>What batches may take of a host.</summary>
/// <param name="Most">At once, of all senders; each holds up to <see cref="BatchBody.MostBytes"/>, and as much again while it is unpacked.</param>
/// <param name="MostPerSender">At once, of one sender.</param>
/// <param name="Within">The time in which a body must have arrived whole.</param>
public sealed record BatchBounds(int Most, int MostPerSender, TimeSpan Within);
