namespace Backbone.Platform.Web.Hosting;

/// <summary>
/// <c>host demo reset-passwords</c>, carried out by the module that owns the accounts, in a process that does not listen. Safe beside a
/// running host.
/// </summary>
public interface IDemonstrationPasswords
{
    /// <summary>Gives every demonstration account a new password and authenticator, and puts them on the <see cref="DemonstrationSheet"/>.</summary>
    Task ResetAsync(CancellationToken cancellation);
}
