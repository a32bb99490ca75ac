using System.Globalization;
using Backbone.Platform.Web;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Backbone.Audit.Searching.Embedded;

/// <summary>Looks at the names and lengths of the index's files. Nothing here is a loss: whatever is missing is made again from the log.</summary>
internal sealed class EmbeddedIndexCheck(BackboneOptions platform, IOptions<EmbeddedIndexOptions> options) : IDoctorCheck
{
    public string Area => "event index";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DoctorFinding>>([Examine()]);

    private DoctorFinding Examine()
    {
        var folder = EventIndexServices.FolderOf(platform, options.Value);
        if (!Directory.Exists(folder))
        {
            return DoctorFinding.Sound("embedded, none yet; it is made from the log");
        }

        var files = Directory.EnumerateFiles(folder, "*" + IndexFile.Extension).Select(path => (Path: path, File: IndexFile.Parse(Path.GetFileName(path)))).ToList();
        var wrong = files.Where(one => one.File is null || new FileInfo(one.Path).Length != one.File.Bytes).Select(one => Path.GetFileName(one.Path)).ToList();
        return wrong.Count > 0
            ? DoctorFinding.Warning(
                $"{wrong.Count} files in {folder} are not what their names say, the first: {wrong[0]}",
                "Nothing to do: the next start makes them again from the log.")
            : DoctorFinding.Sound(string.Create(
                CultureInfo.InvariantCulture,
                $"embedded, {files.Count} files, {files.Sum(one => one.File!.Bytes) >> 20} MiB, up to event {files.Select(one => one.File!.End).DefaultIfEmpty().Max()}"));
    }
}
