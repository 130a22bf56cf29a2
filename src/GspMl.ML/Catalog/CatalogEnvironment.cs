using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// The environment behind a catalog: where a component's messages go to reach <c>MLContext.Log</c>, and where its seed comes from. ML.NET 5
/// shows it to its own assemblies only.
/// </summary>
internal static class CatalogEnvironment
{
    /// <summary>The environment; null, and thus no messages, for a version of ML.NET that keeps it elsewhere.</summary>
    public static IHostEnvironment? Of(TransformsCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        try
        {
            return Field(catalog);
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment Field(TransformsCatalog catalog);
}
