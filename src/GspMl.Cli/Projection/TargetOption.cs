using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Projection;

namespace GspMl.Cli.Projection;

/// <summary>The choice between <c>--sparsity</c> and <c>--zeros</c>, of which exactly one is given.</summary>
internal static class TargetOption
{
    public static SparsityTarget Read(ParseResult parsed, Option<double?> sparsity, Option<double?> zeros) =>
        (parsed.GetValue(sparsity), parsed.GetValue(zeros)) switch
        {
            (null, null) => throw CommandException.Usage("give --sparsity S or --zeros Z."),
            ({ } s, null) => SparsityTarget.Hoyer(Fraction(sparsity.Name, s)),
            (null, { } z) => SparsityTarget.Zeros(Fraction(zeros.Name, z)),
            _ => throw CommandException.Usage("--sparsity and --zeros exclude each other."),
        };

    private static double Fraction(string option, double value) =>
        value is >= 0 and <= 1 ? value : throw CommandException.Usage($"{option} {value}: not between 0 and 1.");
}
