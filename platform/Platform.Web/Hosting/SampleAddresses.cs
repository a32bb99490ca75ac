namespace Backbone.Platform.Web.Hosting;

/// <summary>
/// Where the sample apps will listen: registered redirect URIs need it before they start. Singleton; the host fills it.
/// </summary>
/// <param name="CitizenApp">Scheme, host, port of the citizen app; default http://localhost:7101.</param>
/// <param name="OfficeApp">Scheme, host, port of the office app; default http://localhost:7102.</param>
public sealed record SampleAddresses(string CitizenApp, string OfficeApp);
