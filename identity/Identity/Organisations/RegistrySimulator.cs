using System.Collections.Immutable;
using Backbone.Identity.Persons;
using Backbone.Platform.Entities;

namespace Backbone.Identity.Organisations;

/// <summary>
/// Stands in for the registry in a demonstration, and says so wherever it is met. Its organisations lie in region 379999, which is assigned to no
/// place, and are represented by the simulated people of <see cref="RealNameSimulator"/>.
/// </summary>
internal sealed class RegistrySimulator : IEntityRegistry
{
    public const string SourceName = "simulator";

    public static ImmutableArray<SimulatedOrganisation> All { get; } =
    [
        new(EntityCode.Parse("91379999MADEMA019F"), "泉城示范数据科技有限公司", RealNameSimulator.People[0]),
        new(EntityCode.Parse("91379999MADEMA027A"), "海岸示范物流股份有限公司", RealNameSimulator.People[1]),
        new(EntityCode.Parse("93379999MADEMA035Y"), "绿野示范果蔬专业合作社", RealNameSimulator.People[1]),
        new(EntityCode.Parse("52379999MADEMA051U"), "晨光示范社区服务中心", RealNameSimulator.People[2]),
    ];

    public string Name => SourceName;

    public ValueTask<RegistryAnswer> AskAsync(EntityCode code, string personName, string personNumber, CancellationToken cancellation) =>
        ValueTask.FromResult<RegistryAnswer>(
            All.FirstOrDefault(one => one.Code == code) is not { } found ? new RegistryAnswer.NotRegistered()
            : found.Representative.Name == personName && found.Representative.Number == personNumber ? new RegistryAnswer.Represents(found.Name)
            : new RegistryAnswer.RepresentsNot());
}

/// <summary>An organisation that does not exist.</summary>
internal sealed record SimulatedOrganisation(EntityCode Code, string Name, SimulatedPerson Representative);
