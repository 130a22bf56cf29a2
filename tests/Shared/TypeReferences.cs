using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GspMl.Tests.Shared;

/// <summary>
/// The types of its own assembly that a type names anywhere: in what it derives from, its members, their bodies and attributes.
/// </summary>
internal static class TypeReferences
{
    public static IEnumerable<TypeDefinition> Of(TypeDefinition type) =>
        from reference in Everything(type)
        from part in Parts(reference)
        where part.Scope == type.Module && !part.IsGenericParameter
        let definition = part.Resolve()
        where definition is not null && definition.Module == type.Module
        select definition;

    private static IEnumerable<TypeReference?> Everything(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(each => each.InterfaceType),
        .. Attributes(type),
        .. type.GenericParameters.SelectMany(Constraints),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Fields.SelectMany(Attributes),
        .. type.Properties.Select(property => property.PropertyType),
        .. type.Events.Select(each => each.EventType),
        .. type.Methods.SelectMany(Method),
        .. type.NestedTypes.SelectMany(Everything),
    ];

    private static IEnumerable<TypeReference?> Method(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. method.GenericParameters.SelectMany(Constraints),
        .. Attributes(method),
        .. method.HasBody ? Body(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> Body(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => Operand(instruction.Operand)),
    ];

    private static IEnumerable<TypeReference?> Operand(object operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Constraints(GenericParameter parameter)
        => parameter.Constraints.Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider)
        => provider.CustomAttributes.Select(attribute => attribute.AttributeType);

    /// <summary>A constructed type names its definition and its arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        TypeSpecification specified => Parts(specified.ElementType),
        _ => [type],
    };
}
