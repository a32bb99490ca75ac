using Backbone.Credit.Paper;
using Backbone.Platform.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Backbone.Credit.Doctor;

/// <summary>Whether reports can be given out as PDF: that wants a font with Chinese.</summary>
internal sealed class PaperFontCheck(PaperFont font, IOptions<CreditOptions> options) : IDoctorCheck
{
    public string Area => "credit font";

    public Task<IReadOnlyList<DoctorFinding>> ExamineAsync(CancellationToken cancellation)
    {
        using var face = font.Open();

        // Where none was named, the rest of the module does without.
        DoctorFinding finding = face is not null ? DoctorFinding.Sound($"reports as PDF are written in {face.FamilyName}, {font.File}")
            : options.Value.PaperFont.Length == 0 ? new(DoctorSeverity.Sound, "no report is given out as PDF: there is no font with Chinese", PaperFont.Missing)
            : DoctorFinding.Problem($"{font.File} is no font with Chinese", PaperFont.Missing);
        return Task.FromResult<IReadOnlyList<DoctorFinding>>([finding]);
    }
}
