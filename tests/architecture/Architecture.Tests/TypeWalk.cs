using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Backbone.Architecture.Tests;

/// <summary>
/// Every type an assembly names in signatures, bodies, attributes and bases, through all nested types: the compiler puts async lambdas and
/// local functions there, where ready-made rule libraries do not look.
/// </summary>
internal static class TypeWalk
{
    /// <summary>(type that uses, full name of the used type, assembly of the used type).</summary>
    public static IEnumerable<(string User, string Used, string Assembly)> Uses(string assemblyPath, Func<TypeDefinition, bool>? select = null)
    {
        using var module = ModuleDefinition.ReadModule(assemblyPath);
        var uses = new HashSet<(string, string, string)>();
        foreach (var type in module.GetAllTypes().Where(type => select is null || select(Outermost(type))))
        {
            foreach (var used in OfType(type).Where(used => used is not null).SelectMany(used => Parts(used!)))
            {
                uses.Add((Outermost(type).FullName, used.FullName, used.Scope?.Name.Replace(".dll", "", StringComparison.Ordinal) ?? ""));
            }
        }

        return uses;
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static IEnumerable<TypeReference?> OfType(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(face => face.InterfaceType),
        .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Properties.Select(property => property.PropertyType),
        .. type.Methods.SelectMany(OfMethod),
    ];

    private static IEnumerable<TypeReference?> OfMethod(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (var type in method.Parameters.Select(parameter => parameter.ParameterType)
            .Concat(method.CustomAttributes.Select(attribute => attribute.AttributeType)))
        {
            yield return type;
        }

        if (!method.HasBody)
        {
            yield break;
        }

        foreach (var variable in method.Body.Variables)
        {
            yield return variable.VariableType;
        }

        foreach (var handler in method.Body.ExceptionHandlers)
        {
            yield return handler.CatchType;
        }

        foreach (var operand in method.Body.Instructions.Select(instruction => instruction.Operand))
        {
            switch (operand)
            {
                case TypeReference type:
                    yield return type;
                    break;
                case MethodReference called:
                    yield return called.DeclaringType;
                    yield return called.ReturnType;
                    foreach (var argument in called is GenericInstanceMethod generic ? generic.GenericArguments : [])
                    {
                        yield return argument;
                    }

                    break;
                case FieldReference field:
                    yield return field.DeclaringType;
                    yield return field.FieldType;
                    break;
            }
        }
    }

    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };
}
