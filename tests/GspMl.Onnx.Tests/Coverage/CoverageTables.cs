using GspMl.Onnx.Operators;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>The tables of docs/onnx-coverage.md, as the library's operator table and the tests make them.</summary>
internal static class CoverageTables
{
    /// <summary>Operator, the operands that can be weights, and what is done with them.</summary>
    public static string Products() => Table(["operator", "weights", "pruned", "refitted on calibration rows", "channels taken out"],
        OperatorTable.All.Where(op => op.Product is not null).Select(op => new[]
        {
            Name(op), string.Join(", ", op.Product!.Weights.Select(operand => Operand(op, operand))), "yes", Yes(op.Product.IsRefitted),
            Yes(op.Channels is not null),
        }));

    /// <summary>A row a storage and number type, a column an operator: how many forms of it are tested.</summary>
    public static string Forms()
    {
        var operators = OperatorCase.All.Select(tested => tested.Operator).Distinct().ToList();
        var forms = CoverageTests.Forms().Select(row => row.Data).ToLookup(
            form => (Stored: form.Item2, Type: form.Item3, OperatorCase.All.Single(tested => tested.Name == form.Item1).Operator));
        var kinds = from stored in Enum.GetValues<StoredAs>() from type in Enum.GetValues<Number>() select (stored, type);
        return Table(["stored as", "number type", .. operators], kinds.Select(kind => (string[])
        [
            Words(kind.stored), kind.type.ToString().ToLowerInvariant(),
            .. operators.Select(op => forms[(kind.stored, kind.type, op)].Count() is > 0 and var count ? $"{count}" : "–"),
        ]));
    }

    /// <summary>What stands between a stored tensor and the node that multiplies with it.</summary>
    public static string Constants() => Listed(op => op.Constants);

    /// <summary>How channels are followed through an operator, when whole ones are taken out.</summary>
    public static string Channels() => Listed(op => op.Channels);

    private static string Listed<TKind>(Func<Operator, TKind?> kind)
        where TKind : struct, Enum
        => Table(["how", "operators"], OperatorTable.All.Where(op => kind(op) is not null).GroupBy(op => kind(op)!.Value)
            .OrderBy(group => group.Key).Select(group => new[]
            {
                Spaced(group.Key.ToString()), string.Join(", ", group.Select(Name).Order(StringComparer.Ordinal)),
            }));

    private static string Table(string[] head, IEnumerable<string[]> rows)
        => string.Join('\n', rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(cells => $"| {string.Join(" | ", cells)} |"));

    private static string Name(Operator op) => op.Domain == OperatorDomain.Microsoft ? $"{op.Name} (com.microsoft)" : op.Name;

    private static string Operand(Operator op, int operand) => (op.Product!.Kind, operand) switch
    {
        (ProductKind.Recurrent, 1) => "W",
        (ProductKind.Recurrent, 2) => "R",
        (ProductKind.Gemm or ProductKind.MatMul, 0) => "A",
        (ProductKind.Gemm or ProductKind.MatMul, _) => "B",
        _ => "W",
    };

    private static string Yes(bool holds) => holds ? "yes" : "–";

    private static string Words(StoredAs stored) => stored switch
    {
        StoredAs.Raw => "raw_data",
        StoredAs.TypedPacked => "typed field, packed",
        StoredAs.TypedUnpacked => "typed field, unpacked",
        StoredAs.External => "external data",
        StoredAs.ConstantNode => "value of a Constant node",
        StoredAs.RawAndGraphInput => "raw_data, the tensor is a graph input too",
        _ => throw new ArgumentOutOfRangeException(nameof(stored)),
    };

    private static string Spaced(string name)
        => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : $"{c}"));
}
