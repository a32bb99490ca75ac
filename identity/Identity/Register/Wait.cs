namespace Backbone.Identity.Register;

internal static class Wait
{
    /// <summary>Whole minutes until then, at least one.</summary>
    public static int Minutes(DateTimeOffset until, TimeProvider clock) => Math.Max(1, (int)Math.Ceiling((until - clock.GetUtcNow()).TotalMinutes));
}
