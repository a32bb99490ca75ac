namespace Backbone.Platform.Web.Hosting;

/// <summary>
/// One examination of <c>host doctor</c>. It only reads: it must be safe beside a running host, so it opens no log, migrates nothing and
/// creates no file. Modules add theirs with <c>services.AddSingleton&lt;IDoctorCheck, …&gt;()</c>.
/// </summary>
public interface IDoctorCheck
{
    /// <summary>What is examined, one or two words: "storage", "clock".</summary>
    string Area { get; }

    Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation);
}

/// <param name="Severity">How bad.</param>
/// <param name="What">What was found, one sentence.</param>
/// <param name="Advice">What to do about it; null when nothing needs doing.</param>
public sealed record DoctorFinding(DoctorSeverity Severity, string What, string? Advice = null)
{
    public static DoctorFinding Sound(string what) => new(DoctorSeverity.Sound, what);

    public static DoctorFinding Warning(string what, string advice) => new(DoctorSeverity.Warning, what, advice);

    public static DoctorFinding Problem(string what, string advice) => new(DoctorSeverity.Problem, what, advice);
}

public enum DoctorSeverity
{
    Sound,
    Warning,
    Problem,
}
