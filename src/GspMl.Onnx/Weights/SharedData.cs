using GspMl.Onnx.Models;

namespace GspMl.Onnx.Weights;

/// <summary>Tensors that lie on the same bytes of external data: what one becomes, all become.</summary>
internal static class SharedData
{
    /// <summary>
    /// Every tensor that shares bytes with another, and one it shares them with; of weights that are one and the same, the first is not
    /// listed.
    /// </summary>
    public static IReadOnlyDictionary<TensorLocation,
        TensorLocation> Of(IEnumerable<TensorLocation> tensors, Func<TensorLocation, bool> isWeight)
    {
        var shared = new Dictionary<TensorLocation, TensorLocation>();
        foreach (var file in tensors.Select(tensor => (Tensor: tensor, Place: Place(tensor))).Where(t => t.Place is not null)
            .GroupBy(t => t.Place!.Location))
        {
            (TensorLocation Tensor, ExternalData? Place)? owner = null;
            foreach (var next in file.OrderBy(t => t.Place!.Offset))
            {
                if (owner is { } last && next.Place!.Offset < End(last)) Note(last, next, isWeight, shared);
                if (owner is null || End(next) > End(owner.Value)) owner = next;
            }
        }
        return shared;
    }

    private static void Note(
        (TensorLocation Tensor, ExternalData? Place) first, (TensorLocation Tensor, ExternalData? Place) second, Func<TensorLocation,
        bool> isWeight, Dictionary<TensorLocation, TensorLocation> shared)
    {
        shared.TryAdd(second.Tensor, first.Tensor);
        var areOne = isWeight(second.Tensor) && first.Place!.Offset == second.Place!.Offset
            && first.Tensor.ElementType == second.Tensor.ElementType && first.Tensor.Shape.SequenceEqual(second.Tensor.Shape);
        if (!areOne) shared.TryAdd(first.Tensor, second.Tensor);
    }

    private static long End((TensorLocation Tensor, ExternalData? Place) data) => data.Place!.Offset + data.Tensor.ByteCount;

    /// <summary>Null for a tensor in the model file, and where the place is damaged: whoever reads the data will say so.</summary>
    private static ExternalData? Place(TensorLocation tensor)
    {
        if (tensor.Storage != TensorStorage.External || tensor.ByteCount == 0) return null;
        try { return ExternalData.Of(tensor.Proto); }
        catch (InvalidDataException) { return null; }
    }
}
