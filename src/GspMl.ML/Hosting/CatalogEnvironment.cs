using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML.Hosting;

/// <summary>
/// The environment behind a catalog: where a component's messages go to reach <c>MLContext.Log</c>, and where its seed comes from. ML.NET 5
/// shows it to its own assemblies only.
/// </summary>
internal static class CatalogEnvironment
{
    /// <summary>How an environment is taken out of a catalog.</summary>
    public delegate ref IHostEnvironment Accessor(TransformsCatalog catalog);

    /// <summary>
    /// The environment; null for a version of ML.NET that keeps it elsewhere. A component then works as one that is constructed without
    /// an environment: it sends no messages and has a fixed seed.
    /// </summary>
    public static IHostEnvironment? Of(TransformsCatalog catalog) => Of(catalog, Field);

    /// <summary>The same by another route.</summary>
    public static IHostEnvironment? Of(TransformsCatalog catalog, Accessor accessor)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        try
        {
            return accessor(catalog);
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    /// <summary>The same of the operations on models: it says where temporary files go.</summary>
    public static IHostEnvironment? Of(ModelOperationsCatalog catalog)
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

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment Field(ModelOperationsCatalog catalog);
}
