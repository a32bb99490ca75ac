using System.Collections.Immutable;

namespace Backbone.Identity.Persons;

/// <summary>
/// Stands in for the authority in a demonstration, and says so wherever it is met. It knows these people and no others. Their region 379999
/// is assigned to no place (GB/T 2260), so none of the numbers is anybody's.
/// </summary>
internal sealed class RealNameSimulator : IRealNameSource
{
    public const string SourceName = "simulator";

    public static ImmutableArray<SimulatedPerson> People { get; } =
    [
        Person("张晓梅", "37999919900307002"),
        Person("李明", "37999919850618003"),
        Person("王建国", "37999919720911005"),
        Person("赵丽华", "37999919881224004"),
        Person("古丽·买买提", "37999919930502006"),
        Person("陈思远", "37999919960829007"),
    ];

    public string Name => SourceName;

    public ValueTask<RealNameAnswer> AskAsync(string name, string number, CancellationToken cancellation) => ValueTask.FromResult(
        People.Any(person => person.Name == name && person.Number == number) ? RealNameAnswer.Belong : RealNameAnswer.DoNotBelong);

    private static SimulatedPerson Person(string name, string digits) =>
        new(name, digits + Platform.Entities.ResidentIdentityNumber.Check(digits));
}

/// <summary>Somebody who does not exist.</summary>
internal sealed record SimulatedPerson(string Name, string Number);
