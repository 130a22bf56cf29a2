using System.Numerics.Tensors;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.ML;

/// <summary>
/// What a fit says of features that no factorisation makes much of. A text has ten times as many n-grams of characters as words, and all
/// texts of a language share them: with them among the features, as ML.NET's FeaturizeText puts them, the components are made of letters.
/// </summary>
internal static class FeatureDoubts
{
    private const string CharacterSlot = "Char."; // as FeaturizeText names them
    private const double HardlyAnything = 0.05, MostRows = 0.5, ManyCharacters = 0.25;

    public static IEnumerable<string> Of(NmfResult<float> result, SparseNmfTransformer model)
    {
        if (ShareOfCharacters(model) is var share && share > ManyCharacters)
        {
            yield return $"The components are n-grams of characters by {share:P0}: those drown the words. "
                + "TextTopics(…) learns topics from words; or set FeaturizeText's CharFeatureExtractor to null.";
        }
        if (1 - (result.RelativeError * result.RelativeError) is var explained && explained < HardlyAnything)
        {
            yield return $"The components explain {explained:P1} of the rows' squared values: hardly anything. "
                + "Features of one scale (NormalizeMinMax, or NormalizeLpNorm for texts), fewer rare ones or a higher rank may do.";
        }
        if (result.Coefficients is { } coefficients && ZeroRows(coefficients) is var zeros && zeros > MostRows * coefficients.Rows)
        {
            yield return $"{zeros} of {coefficients.Rows} rows have no component at all and cannot be told from each other. "
                + "A higher rank, a lower sparsity or fewer rare features may do.";
        }
    }

    /// <summary>Of the components' squared entries.</summary>
    private static double ShareOfCharacters(SparseNmfTransformer model)
    {
        var basis = model.Basis;
        var (characters, all) = (0.0, 0.0);
        for (var slot = 0; slot < model.SlotNames.Count; slot++)
        {
            double squares = TensorPrimitives.SumOfSquares(basis.Row(slot));
            all += squares;
            if (IsCharacters(model.SlotNames[slot])) characters += squares;
        }
        return all > 0 ? characters / all : 0;
    }

    private static bool IsCharacters(string slot) =>
        slot.StartsWith(CharacterSlot, StringComparison.Ordinal) && slot.Contains('|', StringComparison.Ordinal);

    private static int ZeroRows(DenseMatrix<float> coefficients) =>
        Enumerable.Range(0, coefficients.Rows).Count(row => !coefficients.Row(row).ContainsAnyExcept(0f));
}
